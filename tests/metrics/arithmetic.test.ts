/** Each metric's arithmetic against SciPy, numpy, scikit-image, the package lpips and PyTorch. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { symmetricEigenvalues } from "../../src/metrics/features/symmetric-eigenvalues.ts";
import {
  AestheticPredictor,
  frechetDistance,
  kernelDistance,
  MetricError,
  meanSquaredError,
  peakSignalToNoise,
} from "../../src/metrics/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { encodersFolder, featuresOf, golden, isNear, pictureOf } from "./golden-metrics.ts";

test("the Fréchet distance is that of SciPy's square root of a matrix", () => {
  for (const { real, made, frechet } of golden.distances) {
    const found = frechetDistance(featuresOf(real), featuresOf(made));
    assert.ok(isNear(found, frechet, 1e-5), `${real} ${made}: ${found} for ${frechet}`);
  }
  const [one] = golden.distances;
  const set = featuresOf(one!.real);
  assert.ok(Math.abs(frechetDistance(set, set)) < 1e-6);
  assert.throws(() => frechetDistance(set.slice(0, 1), set), /needs two or more/);
  assert.throws(() => frechetDistance(set, featuresOf([4, 5, 0])), /cannot be compared/);
  const broken = set.map((row) => row.map(() => Number.NaN));
  assert.throws(
    () => frechetDistance(broken, broken),
    (error: unknown) => error instanceof MetricError,
  );
});

test("the kernel distance is the unbiased estimate, by its definition", () => {
  for (const { real, made, kernel } of golden.distances) {
    const found = kernelDistance(featuresOf(real), featuresOf(made));
    assert.ok(isNear(found, kernel, 1e-6), `${real} ${made}: ${found} for ${kernel}`);
  }
});

test("eigenvalues keep the trace and the sum of squares, and are those of a known matrix", () => {
  const known = symmetricEigenvalues(Float64Array.of(2, -1, 0, -1, 2, -1, 0, -1, 2), 3).sort();
  const wanted = [2 - Math.SQRT2, 2, 2 + Math.SQRT2];
  assert.ok(wanted.every((value, i) => Math.abs(value - known[i]!) < 1e-12));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }).chain((n) =>
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), {
          minLength: n * n,
          maxLength: n * n,
        }),
      ),
      (values) => {
        const n = Math.sqrt(values.length);
        const matrix = Float64Array.from(values, (value, place) => {
          const [i, j] = [Math.floor(place / n), place % n];
          return (value + values[j * n + i]!) / 2;
        });
        const trace = matrix.reduce((sum, v, i) => (i % (n + 1) === 0 ? sum + v : sum), 0);
        const squares = matrix.reduce((sum, v) => sum + v * v, 0);
        const found = symmetricEigenvalues(matrix, n);
        const foundTrace = found.reduce((sum, v) => sum + v, 0);
        const foundSquares = found.reduce((sum, v) => sum + v * v, 0);
        return Math.abs(foundTrace - trace) < 1e-9 && Math.abs(foundSquares - squares) < 1e-7;
      },
    ),
    { seed: 4, numRuns: 200 },
  );
});

test("MSE and PSNR are scikit-image's", () => {
  const [a, b] = [pictureOf(24, 0), pictureOf(24, 7)];
  const error = meanSquaredError(a.data, b.data, 255);
  assert.ok(isNear(error, golden.pixels.mse, 1e-9), `${error}`);
  assert.ok(isNear(peakSignalToNoise(error), golden.pixels.psnr, 1e-9));
  assert.is(peakSignalToNoise(0), 100);
  assert.throws(() => meanSquaredError([1], [1, 2]), /expected one size/);
});

test("the aesthetic predictor's layers are PyTorch's, from safetensors and from JSON", () => {
  const image = Float32Array.from(golden.clip.image);
  const [deep, single] = golden.aesthetic;
  const score = (file: string) => new AestheticPredictor(join(encodersFolder, file)).score(image);
  assert.ok(isNear(score("aesthetic.safetensors"), deep, 1e-5));
  assert.ok(isNear(score("aesthetic-linear.json"), single, 1e-5));
});

test("a predictor that is none, or goes with another CLIP, is refused", () => {
  const predictor = new AestheticPredictor(join(encodersFolder, "aesthetic.safetensors"));
  const refused = (what: () => unknown, message: RegExp) =>
    assert.throws(
      what,
      (error: unknown) => error instanceof MetricError && message.test(error.message),
    );
  refused(() => predictor.score(new Float32Array(768)), /of 10 values, but the CLIP gives 768/);
  const folder = temporaryFolder();
  const file = join(folder, "judge.json");
  const cases: [unknown, RegExp][] = [
    [{}, /follow each other down to one value, but found none/],
    [{ weight: [[1, 2]], bias: [1, 2] }, /weight and its bias do not fit/],
    [{ weight: [[1], [2]], bias: [1, 2] }, /weight \[2, 1\]/],
    [[1], /judge\.json: it does not say/],
  ];
  for (const [json, message] of cases) {
    writeFileSync(file, JSON.stringify(json));
    refused(() => new AestheticPredictor(file), message);
  }
  refused(() => new AestheticPredictor(join(folder, "none.safetensors")), /there is no such file/);
});

test.run();
