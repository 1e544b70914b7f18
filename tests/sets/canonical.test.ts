/**
 * The canonical form of every drawing of the installed sets is one that canonicalising leaves alone,
 * and that comes back when it is printed and parsed; on every grid, under every choice of what it
 * keeps.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CanonicalOptions,
  drawingsEqual,
  isCanonical,
  parseDrawing,
  printDrawing,
} from "../../svg/index.ts";
import { iconSets } from "./icon-sets.ts";
import { sampleOf, tellSample } from "./sample.ts";

const options: readonly Partial<CanonicalOptions>[] = [
  { grid: 96 },
  { grid: 200 },
  { grid: 512, shapes: "paths" },
  { grid: 1024, arcs: "cubics", quadratics: "cubics", groups: "flatten" },
  { grid: 24, gradients: "first-stop", colorBits: 4 },
  { grid: 200, strokes: "drop", shapes: "paths", groups: "flatten" },
];

const sampleSizes: Readonly<Record<string, number>> = {
  Lucide: Number.POSITIVE_INFINITY,
  "Tabler outline": 600,
  "Tabler filled": 300,
  Twemoji: 300,
  Flags: 60,
};

for (const set of iconSets) {
  const icons = sampleOf(set, sampleSizes[set.name]!);
  tellSample(set, icons.length);

  for (const chosen of options) {
    test(`${set.name}, ${icons.length} files: ${JSON.stringify(chosen)}`, () => {
      for (const { file, svg } of icons) {
        const { drawing } = parseDrawing(svg, { ...chosen, file });
        assert.is(isCanonical(drawing, chosen), null, file);
        const again = parseDrawing(printDrawing(drawing), chosen);
        assert.equal(again.dropped, {}, file);
        assert.ok(drawingsEqual(again.drawing, drawing), file);
      }
    });
  }
}

test.run();
