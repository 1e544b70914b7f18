/**
 * Edge cases of SVG as found in the wild, a file each in tests/fixtures/svg. Beside `name.svg` stands
 * `name.canonical.svg`, what its canonical drawing prints to. Where the renderer does not know the
 * feature, `name.reference.svg` draws the same by plainer means. `UPDATE=1` writes the canonical files.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type DropReport,
  drawingsEqual,
  isCanonical,
  parseDrawing,
  printDrawing,
} from "../../svg/index.ts";
import { pixelError, renderPixels } from "../../svg/render/index.ts";

const folder = join(import.meta.dirname, "../fixtures/svg");

/** What the canonical form cannot hold; nothing where a fixture is not named. */
const dropped: Readonly<Record<string, DropReport>> = {
  "attribute-namespaces": { script: 1 },
  dropped: { script: 1, animation: 1, filter: 1, text: 1, image: 1 },
  "out-of-range": { "out-of-range": 1 },
  "paint-order": { "paint-order": 1 },
  "path-error": { "path-error": 3 },
  "pattern-marker": { marker: 1, "missing-reference": 1 },
  "polyline-odd": { "path-error": 1 },
  "shapes-invalid": { "path-error": 1 },
  "stroke-uneven": { "stroke-distorted": 1 },
  "use-loop": { "missing-reference": 2 },
};

/** Mean share by which a pixel may differ: what rounding to 200 units moves edges by. */
const tolerance = 0.003;

const names = readdirSync(folder)
  .filter((file) => /^[\w-]+\.svg$/.test(file))
  .map((file) => file.slice(0, -4));

const read = (name: string) => readFileSync(join(folder, `${name}.svg`), "utf8");

test("there are at least 40", () => {
  assert.ok(names.length >= 40, `${names.length}`);
});

for (const name of names) {
  test(name, () => {
    const parsed = parseDrawing(read(name), { file: `${name}.svg` });
    const printed = printDrawing(parsed.drawing);
    if (process.env.UPDATE) writeFileSync(join(folder, `${name}.canonical.svg`), `${printed}\n`);
    assert.is(`${printed}\n`, read(`${name}.canonical`));
    assert.equal(parsed.dropped, dropped[name] ?? {});
    assert.is(isCanonical(parsed.drawing), null);
    assert.ok(drawingsEqual(parseDrawing(printed).drawing, parsed.drawing), "reparsed");

    const referenced = existsSync(join(folder, `${name}.reference.svg`));
    const white = { background: "white" };
    const original = renderPixels(read(referenced ? `${name}.reference` : name), white);
    const error = pixelError(original, renderPixels(parsed.drawing, white));
    assert.ok(error <= tolerance, `pixels differ by ${error}`);
  });
}

test.run();
