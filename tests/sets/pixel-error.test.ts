/**
 * The rendering of a canonical drawing differs from the file's by the grid's rounding alone: on every
 * installed set the error stays below a bound that shrinks with the grid. Drawings that something was
 * dropped from are left out. What is measured on whole sets stands in docs/tokenizer.md.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../svg/index.ts";
import { pixelError, renderPixels } from "../../svg/render/index.ts";
import { iconSets } from "./icon-sets.ts";
import { sampleOf, tellSample } from "./sample.ts";

/** Of the mean and of the worst drawing, in percent of black to white. */
const bounds = [
  { grid: 96, mean: 0.8, worst: 4 },
  { grid: 200, mean: 0.6, worst: 2 },
  { grid: 512, mean: 0.2, worst: 1 },
] as const;

const look = { size: 96, background: "white" };
const sampleSize = 200;

for (const set of iconSets) {
  const icons = sampleOf(set, sampleSize);
  tellSample(set, icons.length);
  const pictures = icons.map(({ svg }) => renderPixels(svg, look));

  for (const { grid, mean, worst } of bounds) {
    test(`${set.name}, ${icons.length} files, on a grid of ${grid}`, () => {
      const errors: number[] = [];
      icons.forEach(({ file, svg }, i) => {
        const { drawing, dropped } = parseDrawing(svg, { grid });
        if (Object.keys(dropped).length > 0) return;
        const error = 100 * pixelError(pictures[i]!, renderPixels(drawing, look));
        assert.ok(error <= worst, `${file}: ${error} %`);
        errors.push(error);
      });
      const sum = errors.reduce((total, error) => total + error, 0);
      assert.ok(errors.length > 0.5 * icons.length);
      assert.ok(sum <= mean * errors.length, `${sum / errors.length} % on average`);
    });
  }
}

test.run();
