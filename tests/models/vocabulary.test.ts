import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import {
  type DecoderConfig,
  extendVocabulary,
  initialWeights,
  logits,
  Model,
  ModelConfigError,
  type RowInitialisation,
  type VocabularyExtension,
} from "../../models/index.ts";
import { gpt2Like, llamaLike } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const zeros: RowInitialisation = { kind: "zeros" };

/** 29 rows of which the tokenizer uses 27. */
function extend(config: DecoderConfig, change: Partial<VocabularyExtension> = {}) {
  const weights = initialWeights(config, { seed: 3, std: 0.3 });
  const extension = { firstId: 27, count: 5, multipleOf: 8, initialise: zeros, ...change };
  return { old: weights, extended: extendVocabulary(config, weights, extension) };
}

function row(table: Float32Array, id: number): number[] {
  return [...table.slice(id * 12, (id + 1) * 12)];
}

function near(found: readonly number[], expected: readonly number[], tolerance: number): void {
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(found[i]! - value) <= tolerance, `at ${i}: ${found[i]}, expected ${value}`);
  }
}

for (const [name, config] of Object.entries({
  "a tied head": gpt2Like,
  "a free head": llamaLike,
  "a head with a bias": { ...llamaLike, biases: { ...llamaLike.biases, head: true } },
})) {
  test(`${name}: the old tokens' logits stay, and there are rows for the new ones`, () => {
    const { old: weights, extended } = extend(config);
    assert.is(extended.config.vocabularySize, 32);
    const before = new Model(engine, config, weights);
    const after = new Model(engine, extended.config, extended.weights);
    const ids = [[3, 1, 4, 1, 5, 9, 26]];
    const [old, now] = [logits(before, ids), logits(after, ids)];
    for (let place = 0; place < 7; place++) {
      const expected = [...old.slice(place * 29, place * 29 + 27)];
      near([...now.slice(place * 32, place * 32 + 27)], expected, 1e-6);
    }
    before.dispose();
    after.dispose();
  });
}

test("spare rows of the table are used before it grows", () => {
  assert.is(extend(gpt2Like, { count: 2, multipleOf: 1 }).extended.config.vocabularySize, 29);
  assert.is(extend(gpt2Like, { count: 3, multipleOf: 1 }).extended.config.vocabularySize, 30);
  assert.is(extend(gpt2Like, { count: 3, multipleOf: 64 }).extended.config.vocabularySize, 64);
});

test("a tokenizer with more tokens than the table has rows: it grows to the last id", () => {
  const ids = [[30], [1, 29], [4], [28, 0], [5]];
  const { old: weights, extended } = extend(llamaLike, {
    firstId: 31,
    multipleOf: 1,
    initialise: { kind: "descriptions", ids },
  });
  assert.is(extended.config.vocabularySize, 36);
  const [old, table] = [weights.get("head.weight")!, extended.weights.get("head.weight")!];
  assert.equal(table.slice(0, old.length), old);
  const mean = row(old, 0).map((_, i) => {
    const column = Array.from({ length: 29 }, (_, id) => row(old, id)[i]!);
    return column.reduce((sum, value) => sum + value, 0) / 29;
  });
  for (const id of [29, 30, 31]) near(row(table, id), mean, 1e-7);
  assert.equal(row(table, 32), row(old, 1), "described by one word that has a row");

  const grown = extend(gpt2Like, { firstId: 30, count: 0, multipleOf: 1 }).extended;
  assert.is(grown.config.vocabularySize, 30);
});

test("by descriptions, a new row is the mean of its description's rows, in table and head", () => {
  const ids = [[1, 2], [4], [5, 5, 8], [0], [26, 3]];
  const { old: weights, extended } = extend(llamaLike, {
    initialise: { kind: "descriptions", ids },
  });
  for (const name of ["embedding.weight", "head.weight"]) {
    const [old, table] = [weights.get(name)!, extended.weights.get(name)!];
    const expected = row(old, 5).map((value, i) => (2 * value + row(old, 8)[i]!) / 3);
    near(row(table, 29), expected, 1e-7);
    assert.equal(row(table, 28), row(old, 4));
  }
});

test("by distribution, new rows have the old rows' mean and covariance", () => {
  const config: DecoderConfig = { ...gpt2Like, vocabularySize: 400 };
  const weights = initialWeights(config, { seed: 3, std: 0.3 });
  const table = weights.get("embedding.weight")!;
  // Channels 0 and 1 vary together around 2, channel 2 hardly at all.
  for (let id = 0; id < 400; id++) {
    table[id * 12 + 1] = table[id * 12]! + 0.1 * table[id * 12 + 1]!;
    table[id * 12] = table[id * 12]! + 2;
    table[id * 12 + 2] = 0.001 * table[id * 12 + 2]!;
  }
  const count = 4000;
  const extended = extendVocabulary(config, weights, {
    firstId: 400,
    count,
    multipleOf: 1,
    initialise: { kind: "distribution", seed: 1, covarianceScale: 0.25 },
  });
  const moments = (from: number, rows: number) => {
    const values = extended.weights.get("embedding.weight")!;
    const column = (c: number) =>
      Array.from({ length: rows }, (_, i) => values[(from + i) * 12 + c]!);
    const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / list.length;
    const [a, b, c] = [column(0), column(1), column(2)];
    const [meanA, meanB, meanC] = [mean(a), mean(b), mean(c)];
    return {
      mean: [meanA, meanB],
      varianceA: mean(a.map((x) => (x - meanA) ** 2)),
      covariance: mean(a.map((x, i) => (x - meanA) * (b[i]! - meanB))),
      varianceC: mean(c.map((x) => (x - meanC) ** 2)),
    };
  };
  const [old, drawn] = [moments(0, 400), moments(400, count)];
  near(drawn.mean, old.mean, 0.01);
  for (const what of ["varianceA", "covariance", "varianceC"] as const) {
    const ratio = drawn[what] / (0.25 * old[what]);
    assert.ok(Math.abs(ratio - 1) < 0.1, `${what}: ${ratio} of what was asked for`);
  }
});

test("rows that no token has are the old rows' mean, not zeros", () => {
  const { old: weights, extended } = extend(llamaLike, { firstId: 29, count: 1, multipleOf: 16 });
  const table = weights.get("head.weight")!;
  const mean = Array.from(
    { length: 12 },
    (_, column) =>
      Array.from({ length: 29 }, (_, id) => table[id * 12 + column]!).reduce((a, b) => a + b) / 29,
  );
  near(row(extended.weights.get("head.weight")!, 31), mean, 1e-6);
  assert.equal(row(extended.weights.get("head.weight")!, 29), new Array(12).fill(0));
});

test("ids out of range and missing descriptions are refused", () => {
  const refuse = (change: Partial<VocabularyExtension>, pattern: RegExp) =>
    assert.throws(
      () => extend(llamaLike, change),
      (error: unknown) => error instanceof ModelConfigError && pattern.test(error.message),
    );
  const descriptions = (ids: number[][]) =>
    ({ count: ids.length, initialise: { kind: "descriptions", ids } }) as const;
  refuse({ firstId: 0 }, /start at id 0, but the model has rows 0 to 28/);
  refuse({ firstId: 2 ** 22 + 1 }, /start at id 4194305, but the model has rows 0 to 28/);
  refuse({ ...descriptions([[1]]), count: 2 }, /2 new tokens have 1 descriptions/);
  refuse(descriptions([[1], []]), /new token 1 is empty/);
  refuse(descriptions([[28]]), /new token 0 has id 28: needs ids from 0 to 26/);
});

test.run();
