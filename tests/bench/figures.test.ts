/** From rounds to figures. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { figuresOf, ratioOf } from "../../src/bench/figures.ts";
import { inTurn, median, timesAsFast } from "../../src/bench/in-turn.ts";

test("the median of an even number of values lies between the middle two", () => {
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([4, 1, 2, 3]), 2.5);
});

test("rates are those of the median round, the spread is that of all", () => {
  const figures = figuresOf([1, 2, 4], 10, { tokens: 100, flops: 3e9 });
  assert.is(figures.tokensPerSecond, 500);
  assert.is(figures.gflops, 15);
  assert.equal(figures.spread, [0.5, 2]);
});

test("work without tokens or products has no such rate", () => {
  const figures = figuresOf([1], 1, { tokens: null, flops: 0 });
  assert.is(figures.tokensPerSecond, null);
  assert.is(figures.gflops, null);
});

test("the ratio is that of the rounds in pairs, so that a disturbance hits both", () => {
  const rounds = [
    { seconds: 1, peerSeconds: 2 },
    { seconds: 10, peerSeconds: 30 },
    { seconds: 1, peerSeconds: 2.5 },
  ];
  assert.is(ratioOf({ rounds }), 2.5);
  const alone = [{ seconds: 1, peerSeconds: null }];
  assert.is(ratioOf({ rounds: alone }), null);
});

test("contestants take turns, and rounds to warm up do not count", async () => {
  const order: string[] = [];
  const timed = (name: string, seconds: number[]) => () => {
    order.push(name);
    return seconds.shift()!;
  };
  const contestants = { ours: timed("ours", [9, 2, 1]), theirs: timed("theirs", [9, 4, 4]) };
  const taken = await inTurn(contestants, { rounds: 2 });
  assert.equal(order, ["ours", "theirs", "ours", "theirs", "ours", "theirs"]);
  assert.equal(taken, { ours: [2, 1], theirs: [4, 4] });
  assert.is(timesAsFast(taken.ours, taken.theirs), 3);
});

test.run();
