/** Load on pools of many sizes: nothing that was accepted fails, and each draws what it draws with room for all. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pieceKey } from "../../models/generation/cache-pool.ts";
import { PromptReader } from "../../models/generation/prompt-reader.ts";
import {
  type CachePool,
  ContinuousBatch,
  defaultSampling,
  type GenerationEnd,
  type GenerationRequest,
  poolOf,
} from "../../models/index.ts";
import { hashingModel } from "./hashing-model.ts";

const contextLength = 600;
const model = hashingModel(contextLength);
const room = { capacity: contextLength, rows: 8, cacheDtype: "float32" } as const;
/** The smallest pool that is accepted, and sizes up to where nobody gives way. */
const sizes = Array.from({ length: 16 }, (_, i) => 4 * 608 + 112 * i);

/** Lengths on both sides of where a row moves to the next size. */
function requestOf(random: () => number, seed: string): GenerationRequest {
  const below = (count: number) => Math.floor(random() * count);
  const ids = (length: number) => Array.from({ length }, () => below(29));
  const length = [1 + below(100), 110 + below(30), 480 + below(50)][below(3)]!;
  return {
    prompt: ids(length),
    sampling: { ...defaultSampling, temperature: 1 },
    seed,
    maxNewTokens: 1 + below(random() < 0.4 ? 40 : Math.min(250, contextLength - length)),
    stopIds: [],
    constraint: null,
    guidance: random() < 0.4 ? { scale: 2, prompt: ids(1 + below(140)) } : null,
  };
}

/** Each batch has requests of its own, which come at any time. @returns how each ended, in the order of coming. */
function drawAll(batches: readonly ContinuousBatch[], seed: string): GenerationEnd[] {
  const random = seedrandom(seed);
  const ends: GenerationEnd[] = [];
  let coming = 16;
  for (let steps = 0, isOpen = true; isOpen || coming > 0; steps++) {
    assert.ok(steps < 20_000, "it comes to an end");
    if (coming > 0 && random() < 0.7) {
      const at = --coming;
      const batch = batches[at % batches.length]!;
      batch.submit(requestOf(seedrandom(`${seed} ${at}`), `${at}`), {
        onEnd: (end) => {
          ends[at] = end;
        },
      });
    }
    isOpen = batches.map((batch) => batch.step()).some(Boolean);
  }
  return ends;
}

function load(tokens: number | null, models: number, seed: string) {
  const pool = poolOf(model.config, tokens, room);
  const batches = Array.from(
    { length: models },
    () => new ContinuousBatch(model, { ...room, pool }),
  );
  const ends = drawAll(batches, seed);
  const preempted = batches.reduce((sum, each) => sum + each.preempted, 0);
  assert.is(pool.reserved, 0, "nothing is held when nothing is open");
  for (const batch of batches) batch.dispose();
  return { ends, preempted };
}

for (const models of [1, 2]) {
  test(`under load of ${models} model(s) nothing fails in a pool of any size, and the same is drawn`, () => {
    const preempted = sizes.map((tokens, i) => {
      const seed = `load ${i}`;
      const bounded = load(tokens, models, seed);
      const roomy = load(null, models, seed);
      for (const [at, { reason, error }] of bounded.ends.entries()) {
        assert.is(reason, "length", `${tokens} tokens, request ${at}: ${error}`);
      }
      assert.equal(bounded.ends, roomy.ends, `${tokens} tokens`);
      assert.is(roomy.preempted, 0);
      return bounded.preempted;
    });
    assert.ok(preempted.filter((times) => times > 0).length >= 5, `${preempted}`);
  });
}

interface Asked {
  readonly length: number;
  readonly maxNewTokens: number;
  readonly guided?: boolean;
}

function ask(batch: ContinuousBatch, { length, maxNewTokens, guided = false }: Asked) {
  const ended: { end: GenerationEnd | null } = { end: null };
  const prompt = Array.from({ length }, (_, i) => (7 * i) % 29);
  const sampling = { ...defaultSampling, temperature: 1 };
  const guidance = guided ? { scale: 2, prompt: prompt.slice(0, length - 1) } : null;
  const running = batch.submit(
    { prompt, sampling, seed: 1, maxNewTokens, stopIds: [], constraint: null, guidance },
    {
      onEnd: (end) => {
        ended.end = end;
      },
    },
  );
  return { ended, running };
}

function open(pool: CachePool): ContinuousBatch {
  return new ContinuousBatch(model, { ...room, pool });
}

test("both rows of a guided request find room where there is just enough", () => {
  for (let tokens = 4 * 608; tokens <= 6 * 608; tokens += 32) {
    const batch = open(poolOf(model.config, tokens, { ...room, prefixBytes: 0 }));
    const plain = [200, 200].map((length) => ask(batch, { length, maxNewTokens: 30 }));
    batch.step();
    batch.step();
    const guided = ask(batch, { length: 200, maxNewTokens: 30, guided: true });
    while (batch.step());
    for (const { ended } of [...plain, guided]) assert.is(ended.end?.reason, "length", `${tokens}`);
    batch.dispose();
  }
});

test("what requests held is free as soon as they are cancelled, between two steps as well", () => {
  const pool = poolOf(model.config, null, room);
  const batch = open(pool);
  const asked = [20, 130, 520].map((length) => ask(batch, { length, maxNewTokens: 60 }));
  for (let i = 0; i < 5; i++) batch.step();
  assert.ok(pool.reserved > 0);
  for (const { running } of asked) running.cancel();
  assert.is(pool.reserved, 0);
  batch.dispose();
});

test("the oldest of all models goes on, and the youngest of whichever gives way", () => {
  const pool = poolOf(model.config, 4 * 608, { ...room, prefixBytes: 0 });
  const [one, other] = [open(pool), open(pool)];
  const oldest = ask(one, { length: 10, maxNewTokens: 300 });
  one.step();
  const younger = Array.from({ length: 12 }, () => ask(other, { length: 20, maxNewTokens: 300 }));
  let steps = 1;
  for (; oldest.ended.end === null; steps++) {
    one.step();
    other.step();
  }
  assert.is(one.preempted, 0);
  assert.ok(other.preempted > 0);
  assert.ok(steps <= 300, "a token a step");
  while (other.step());
  for (const { ended } of younger) assert.is(ended.end?.reason, "length");
  for (const batch of [one, other]) batch.dispose();
});

test("a younger request of another model does not take the room that an older waits for", () => {
  const pool = poolOf(model.config, 4 * 608, { ...room, prefixBytes: 0 });
  const [one, other] = [open(pool), open(pool)];
  // Two of full length and what reading another takes leave room for short ones alone.
  const first = [0, 1, 2].map(() => ask(one, { length: 520, maxNewTokens: 50 }));
  for (let i = 0; i < 3; i++) one.step();
  const older = ask(one, { length: 520, maxNewTokens: 10 });
  const younger = ask(other, { length: 5, maxNewTokens: 100 });
  one.step();
  assert.ok(one.isShort);
  other.step();
  assert.ok(other.isShort, "it waits for the older");
  assert.is(other.rows, 0);
  while ([one, other].map((batch) => batch.step()).some(Boolean));
  for (const { ended } of [...first, older, younger]) assert.is(ended.end?.reason, "length");
  for (const batch of [one, other]) batch.dispose();
});

test("of a prompt that was read, the end goes first to make room, so that its beginning is found again", () => {
  const pool = poolOf(model.config, null, room);
  const reader = new PromptReader(model, { cacheDtype: "float32", pool, owner: 0 });
  const prompt = Array.from({ length: 100 }, (_, i) => i % 29);
  reader.read(prompt);
  reader.release();
  // All but one of four pieces must go.
  pool.reserve(pool.blocks - Math.ceil(pool.kept / 4));
  assert.is(pool.evicted, 3);
  const found = [32, 64, 96, 100].map((end) => pool.get(pieceKey(0, prompt.slice(0, end))));
  assert.equal(
    found.map((piece) => piece !== undefined),
    [true, false, false, false],
  );
});

test("what has nothing to give back is not asked again", () => {
  const pool = poolOf(model.config, null, room);
  let asked = 0;
  const member = { oldestShort: () => null, youngestRunning: () => null, preempt() {} };
  pool.join({ ...member, giveBack: () => asked++ });
  pool.reclaim();
  pool.reclaim();
  assert.is(asked, 1);
  pool.reserve(1);
  pool.reclaim();
  assert.is(asked, 2);
});

test.run();
