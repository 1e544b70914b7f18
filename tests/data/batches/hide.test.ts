import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Batch, hideTokens } from "../../../data/index.ts";

const [pad, drawing] = [90, 91];

/** Rows of captions of 3 tokens and drawings of 5, two in a row, and padding. */
function batch(rows: number): Batch {
  const sample = [1, 2, 3, drawing, 11, 12, 13, 14];
  const row = [...sample, ...sample, pad, pad];
  const size = row.length * rows;
  const tile = (values: readonly number[]) =>
    Int32Array.from({ length: size }, (_, i) => values[i % row.length]!);
  const at = [0, 1, 2, 3, 4, 5, 6, 7];
  return {
    batchSize: rows,
    sequenceLength: row.length,
    tokens: tile(row),
    targets: tile([...row.slice(1), -100]),
    positions: tile([...at, ...at, 0, 0]),
    segments: tile([...at.map(() => 1), ...at.map(() => 2), 0, 0]),
    targetCount: rows * 10,
    samples: rows * 2,
  };
}

const options = { share: 0.25, pad, drawing, seed: "a" };

test("about the share of the drawings' tokens is hidden, and nothing else changes", () => {
  const whole = batch(200);
  const before = whole.tokens.slice();
  const found = hideTokens(whole, options);
  assert.equal(whole.tokens, before, "the batch given stays as it was");
  assert.equal({ ...found, tokens: before }, whole);
  let hidden = 0;
  for (const [i, token] of found.tokens.entries()) {
    if (token === before[i]) continue;
    assert.is(token, pad);
    assert.ok(before[i]! >= 11 && before[i]! <= 14, `token ${before[i]} was hidden`);
    hidden++;
  }
  const share = hidden / (200 * 8);
  assert.ok(share > 0.2 && share < 0.3, `${share}`);
});

test("the same seed hides the same, another one others; a share of 0 nothing", () => {
  const whole = batch(20);
  assert.equal(hideTokens(whole, options), hideTokens(whole, options));
  assert.not.equal(hideTokens(whole, options), hideTokens(whole, { ...options, seed: "b" }));
  assert.equal(hideTokens(whole, { ...options, share: 0 }), whole);
});

test("captions stay readable where the loss counts them too", () => {
  const found = hideTokens(batch(50), { ...options, share: 0.9 });
  for (const [i, token] of batch(50).tokens.entries()) {
    if (token < 11 || token === drawing) assert.is(found.tokens[i], token);
  }
});

test.run();
