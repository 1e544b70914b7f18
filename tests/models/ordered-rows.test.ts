/** Embeddings that begin in order: near numbers are alike, and a run is the mean of its parts. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { initialWeights } from "../../models/index.ts";
import { createPathTokenizer, strokeIconOptions } from "../../tokenizer/index.ts";
import { gpt2Like } from "./configs.ts";

const plain = createPathTokenizer({ options: { ...strokeIconOptions, positions: "relative" } });
const { numbers } = plain.structure!;
const size = plain.vocabulary.size;
const run = [numbers[1]!.firstId, numbers[2]!.firstId + 3];
const tokens = { numbers, runs: new Map([[size, run]]) };
const config = { ...gpt2Like, vocabularySize: size + 1, hiddenSize: 64, tieEmbeddings: true };
const std = 0.02;

const rowsOf = (weights: ReadonlyMap<string, Float32Array>) => (id: number) =>
  weights.get("embedding.weight")!.subarray(id * 64, (id + 1) * 64);
const random = initialWeights(config, { seed: 1, std });
const row = rowsOf(initialWeights(config, { seed: 1, std, tokens }));

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test("the path vocabulary knows its numbers: lengths, coordinates and steps", () => {
  assert.equal(
    numbers.map(({ count }) => count),
    [97, 97, 97, 129, 129],
  );
});

for (const { firstId, count } of numbers) {
  test(`of ${count} numbers from ${firstId} on, the nearer are the more alike`, () => {
    const alike = (distance: number) => {
      const cosines = Array.from({ length: count - distance }, (_, i) =>
        cosine(row(firstId + i), row(firstId + i + distance)),
      );
      return cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
    };
    const [one, four, many] = [alike(1), alike(4), alike(48)];
    assert.ok(one > 0.75 && four < one && many < four && many < 0.4, `${one} ${four} ${many}`);
  });
}

test("rows keep the deviation that the others have", () => {
  const values = numbers.flatMap(({ firstId, count }) =>
    Array.from({ length: count }, (_, i) => [...row(firstId + i)]).flat(),
  );
  const variance = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  assert.ok(Math.abs(Math.sqrt(variance) / std - 1) < 0.15, `${Math.sqrt(variance)}`);
});

test("a run's row is its parts' sum over the root of their number", () => {
  const [left, right] = run.map((id) => row(id));
  const expected = Float32Array.from(left!, (value, j) => (value + right![j]!) / Math.sqrt(2));
  assert.equal(row(size), expected);
});

test("all other parameters are those of a start at random", () => {
  const ordered = initialWeights(config, { seed: 1, std, tokens });
  for (const [name, values] of random) {
    if (name !== "embedding.weight") assert.equal(ordered.get(name), values, name);
  }
  assert.equal(row(0), rowsOf(random)(0), "a caption's token");
});

test.run();
