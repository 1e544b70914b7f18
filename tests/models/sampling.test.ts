import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { defaultSampling, SamplingError, sampleToken } from "../../models/index.ts";

const never = Number.NEGATIVE_INFINITY;

/** Share of each id in many draws. */
function shares(logits: readonly number[], options: Partial<typeof defaultSampling>): number[] {
  const random = seedrandom("shares");
  const draws = 20_000;
  const counts = logits.map(() => 0);
  for (let i = 0; i < draws; i++) {
    counts[
      sampleToken(Float32Array.from(logits), { ...defaultSampling, ...options }, [], random)
    ]!++;
  }
  return counts.map((count) => count / draws);
}

function close(found: readonly number[], expected: readonly number[]): void {
  for (const [i, share] of expected.entries()) {
    assert.ok(Math.abs(found[i]! - share) < 0.015, `share of ${i}: ${found[i]}, expected ${share}`);
  }
}

test("temperature 1 draws from the softmax of the logits", () => {
  close(shares([Math.log(1), Math.log(2), Math.log(5)], {}), [1 / 8, 2 / 8, 5 / 8]);
});

test("a lower temperature sharpens: at one half the weights are squared", () => {
  close(shares([Math.log(1), Math.log(2)], { temperature: 0.5 }), [1 / 5, 4 / 5]);
});

test("temperature 0 takes the likeliest, the first of equals", () => {
  const logits = Float32Array.from([1, 3, 3, 2]);
  assert.is(sampleToken(logits, { ...defaultSampling, temperature: 0 }, [], Math.random), 1);
});

test("top-k leaves the k likeliest", () => {
  close(shares([Math.log(1), Math.log(2), Math.log(6)], { topK: 2 }), [0, 2 / 8, 6 / 8]);
});

test("top-p leaves the fewest tokens that reach the probability", () => {
  const logits = [0.5, 0.3, 0.15, 0.05].map(Math.log);
  close(shares(logits, { topP: 0.7 }), [5 / 8, 3 / 8, 0, 0]);
  close(shares(logits, { topP: 0.01 }), [1, 0, 0, 0]);
});

test("the repetition penalty lowers what was generated, whatever the logit's sign", () => {
  const logits = Float32Array.from([2, -1, 1]);
  sampleToken(logits, { ...defaultSampling, repetitionPenalty: 2 }, [0, 1, 0], () => 0);
  assert.equal([...logits], [1, -2, 1]);
});

test("a token with logit -Infinity is never drawn", () => {
  close(shares([never, 0, never], {}), [0, 1, 0]);
});

test("nothing to draw and NaN are refused", () => {
  const draw = (logits: number[]) =>
    sampleToken(Float32Array.from(logits), defaultSampling, [], Math.random);
  assert.throws(
    () => draw([never, never]),
    (error: unknown) => error instanceof SamplingError,
  );
  assert.throws(() => draw([0, Number.NaN]), /token 1 is not a number/);
});

test.run();
