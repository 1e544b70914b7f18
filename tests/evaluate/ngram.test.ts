import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Sample } from "../../data/index.ts";
import { NgramModel } from "../../src/evaluate/index.ts";

const vocabularySize = 12;

/** Tokens 3 to 11, each mostly followed by the next; 0 begins, 2 opens the drawing, 1 ends it. */
function chain(seed: string, length: number, faithful: number): Sample {
  const random = seedrandom(seed);
  const tokens = [0, 2];
  let last = 3;
  for (let i = 0; i < length; i++) {
    last = random() < faithful ? 3 + ((last - 2) % 9) : 3 + Math.floor(random() * 9);
    tokens.push(last);
  }
  return { tokens: Int32Array.from([...tokens, 1]), drawingStart: 1 };
}

const train = Array.from({ length: 300 }, (_, i) => chain(`train ${i}`, 20, 0.8));
const heldOut = Array.from({ length: 50 }, (_, i) => chain(`held out ${i}`, 20, 0.8));

function meanNats(model: NgramModel, samples: readonly Sample[]): number {
  let nats = 0;
  let count = 0;
  for (const sample of samples) {
    for (let place = sample.drawingStart + 1; place < sample.tokens.length; place++) {
      nats -= model.logProbability(sample, place);
      count++;
    }
  }
  return nats / count;
}

for (const order of [1, 2, 3]) {
  test(`an ${order}-gram model's probabilities sum to 1, after seen and unseen contexts`, () => {
    const model = new NgramModel(order, train, vocabularySize);
    for (const context of [
      [0, 2, 3, 4],
      [0, 2, 11, 5],
      [0, 2, 1, 1],
      [0, 2],
    ]) {
      let sum = 0;
      for (let token = 0; token < vocabularySize; token++) {
        const sample = { tokens: Int32Array.from([...context, token]), drawingStart: 1 };
        sum += Math.exp(model.logProbability(sample, context.length));
      }
      assert.ok(Math.abs(sum - 1) < 1e-12, `${context}: ${sum}`);
    }
  });
}

test("a bigram comes near the entropy of a chain of order 1, and a unigram does not", () => {
  const hit = 0.8 + 0.2 / 9;
  const miss = 0.2 / 9;
  const step = -(hit * Math.log(hit) + 8 * miss * Math.log(miss));
  const ends = 1 / 21;
  const entropy = (1 - ends) * (step - Math.log(1 - ends)) - ends * Math.log(ends);
  const bigram = meanNats(new NgramModel(2, train, vocabularySize), heldOut);
  const unigram = meanNats(new NgramModel(1, train, vocabularySize), heldOut);
  assert.ok(Math.abs(bigram - entropy) < 0.1, `bigram ${bigram}, entropy ${entropy}`);
  assert.ok(unigram > 2, `unigram ${unigram}`);
});

test("a trigram needs what a bigram cannot see", () => {
  const alternate = (first: number): Sample => ({
    tokens: Int32Array.from([0, 2, first, 3, first === 4 ? 5 : 4, 1]),
    drawingStart: 1,
  });
  const samples = Array.from({ length: 40 }, (_, i) => alternate(i % 2 ? 4 : 6));
  const trigram = meanNats(new NgramModel(3, samples, vocabularySize), samples);
  const bigram = meanNats(new NgramModel(2, samples, vocabularySize), samples);
  assert.ok(trigram < bigram - 0.1, `${trigram} and ${bigram}`);
});

test("orders and vocabularies that cannot be counted are refused", () => {
  assert.throws(() => new NgramModel(4, [], 10), /order of 1, 2 or 3/);
  assert.throws(() => new NgramModel(3, [], 1_000_000), /too large/);
});

test.run();
