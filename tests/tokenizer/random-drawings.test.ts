/**
 * Drawings from random logits under every automaton: all decode, parse when printed, show something,
 * and keep to their budget. Set SAMPLES to draw more of each than in a test run.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomDrawings } from "./random-drawings.ts";
import { sampledTokenizers } from "./sampled-tokenizers.ts";

const count = Number(process.env.SAMPLES ?? 100);

for (const [name, create] of Object.entries(sampledTokenizers)) {
  test(`${name}: ${count} drawings`, () => {
    const { parsed, shown, inBudget, failed } = randomDrawings(create(), { count, seed: 11 });
    assert.equal(failed, []);
    assert.equal([parsed, shown, inBudget], [count, count, count]);
  });
}

test.run();
