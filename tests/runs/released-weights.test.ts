/** The model that the package brings along draws what it is asked for: arrows point where they should. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { loadConfig } from "../../src/config/index.ts";
import { SvgGenerator } from "../../src/generate/index.ts";
import { drawOptions, loadModel, releasedModel } from "../../src/runs/index.ts";
import { parseDrawing } from "../../svg/index.ts";
import { pixelError, renderPixels } from "../../svg/render/index.ts";
import { tokenizerFromJSON } from "../../tokenizer/index.ts";

const icons = join(import.meta.dirname, "../../node_modules/lucide-static/icons");

/** All trained on; those of a group differ from one another in one word. */
const groups = [
  ["arrow right", "arrow down", "arrow left"],
  ["chevron up", "chevron right", "chevron down", "chevron left"],
  ["circle check", "circle plus", "circle x", "circle minus"],
  ["square check", "square plus", "square x", "square minus"],
  ["heart", "mail", "star", "search", "user"],
];

test("at least 18 of 20 captions give a drawing nearer to their own icon than to any other", async () => {
  const released = releasedModel();
  assert.ok(released !== null);
  const { generate } = loadConfig(released.recipe);
  const { engine } = await startEngine("onnx", { threads: 1 });
  const loaded = await loadModel(engine, {
    model: released.folder,
    adapter: undefined,
    weightDtype: "float32",
    notice: () => {},
  });
  const tokenizer = tokenizerFromJSON(loaded.tokenizer);
  const names = groups.flat();
  const real = names.map((name) => {
    const svg = readFileSync(join(icons, `${name.replace(" ", "-")}.svg`), "utf8");
    return renderPixels(parseDrawing(svg, tokenizer.canonical).drawing, { size: 48 });
  });
  const generator = new SvgGenerator(loaded.model, tokenizer);
  const options = drawOptions(generate, loaded.model.config.contextLength);
  const drawn = generator.draw(names, options);
  const wrong = names.filter((_, i) => {
    const picture = renderPixels(drawn[i]!.drawing, { size: 48 });
    const errors = real.map((other) => pixelError(picture, other));
    return errors[i] !== Math.min(...errors) || errors[i]! > 0.02;
  });
  assert.ok(wrong.length <= 2, `wrong: ${wrong.join(", ")}`);
  engine.dispose();
});

test.run();
