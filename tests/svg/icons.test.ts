/**
 * Real icon sets: every one survives printing and parsing, loses nothing, and is drawn as before but
 * for the grid. Rendering takes every 20th; `ICONS=1` takes all.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawingsEqual, isCanonical, parseDrawing, printDrawing } from "../../svg/index.ts";
import { isBlank, pixelError, renderPixels } from "../../svg/render/index.ts";

const root = join(import.meta.dirname, "../../node_modules");
const sets = ["lucide-static/icons", "@tabler/icons/icons/outline", "@tabler/icons/icons/filled"];
const every = process.env.ICONS ? 1 : 20;

const filesOf = (set: string) =>
  readdirSync(join(root, set))
    .filter((file) => file.endsWith(".svg"))
    .map((file) => ({ file, text: readFileSync(join(root, set, file), "utf8") }));

for (const set of sets) {
  const icons = filesOf(set);

  test(`${set}: printed and parsed, all come back`, () => {
    assert.ok(icons.length > 1000);
    for (const { file, text } of icons) {
      const { drawing, dropped } = parseDrawing(text, { file });
      assert.equal(dropped, {}, file);
      const printed = printDrawing(drawing);
      assert.ok(drawingsEqual(parseDrawing(printed).drawing, drawing), file);
      assert.is(isCanonical(drawing), null, file);
      assert.ok(printed.length < text.length, `${file} is printed longer than it was`);
    }
  });

  test(`${set}: drawn as before, on the grids of 200 and 1024`, () => {
    const bounds = [
      { grid: 200, mean: 0.007, worst: 0.015 },
      { grid: 1024, mean: 0.0015, worst: 0.006 },
    ];
    const sample = icons.filter((_, i) => i % every === 0);
    for (const { grid, mean, worst } of bounds) {
      let sum = 0;
      for (const { file, text } of sample) {
        const original = renderPixels(text, { background: "white" });
        const { drawing } = parseDrawing(text, { grid });
        const canonical = renderPixels(drawing, { background: "white" });
        const error = pixelError(original, canonical);
        assert.ok(error <= worst, `${file} on ${grid}: ${error}`);
        assert.is(isBlank(canonical), isBlank(original), file);
        sum += error;
      }
      assert.ok(sum / sample.length <= mean, `mean on ${grid}: ${sum / sample.length}`);
    }
  });

  test(`${set}: under other options too`, () => {
    const options = [
      { shapes: "paths", arcs: "cubics", quadratics: "cubics" },
      { grid: 24, colorBits: 4 },
      { strokes: "drop" },
    ] as const;
    for (const { file, text } of icons.filter((_, i) => i % every === 0)) {
      for (const chosen of options) {
        const { drawing } = parseDrawing(text, chosen);
        assert.is(isCanonical(drawing, chosen), null, file);
        assert.ok(
          drawingsEqual(parseDrawing(printDrawing(drawing), chosen).drawing, drawing),
          file,
        );
      }
    }
  });
}

test("as cubic curves the icons look the same", () => {
  const options = { shapes: "paths", arcs: "cubics", quadratics: "cubics" } as const;
  for (const { file, text } of filesOf(sets[0]!).filter((_, i) => i % (2 * every) === 0)) {
    const original = renderPixels(text, { background: "white" });
    const { drawing } = parseDrawing(text, options);
    const error = pixelError(original, renderPixels(drawing, { background: "white" }));
    assert.ok(error <= 0.015, `${file}: ${error}`);
  }
});

test.run();
