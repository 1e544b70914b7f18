/** Keys and values kept in bytes: near float32's numbers, in little more than a quarter of its memory. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type EngineName, startEngine } from "../../engine/index.ts";
import {
  type CacheDtype,
  ContextError,
  ContinuousBatch,
  cacheBytes,
  type DecoderConfig,
  DecodingSession,
  defaultSampling,
  generate,
  initialWeights,
  Model,
  type SampledToken,
} from "../../models/index.ts";
import { deltaLike, gpt2Like, llamaLike, wide } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

const makeModel = (config: DecoderConfig, on = engine) =>
  new Model(on, config, initialWeights(config, { seed: 1, std: 0.4 }), { frozen: true });

function randomIds(seed: string, length: number, { vocabularySize }: DecoderConfig): number[] {
  const random = seedrandom(seed);
  return Array.from({ length }, () => Math.floor(random() * vocabularySize));
}

/** Logits after the prompts, and after each token that follows them. */
function read(model: Model, cacheDtype: CacheDtype): Float32Array[] {
  const { config } = model;
  const session = new DecodingSession(model, { batch: 2, capacity: 24, cacheDtype });
  const prompts = [randomIds("a", 5, config), randomIds("b", 3, config)];
  const read = [session.prefill(prompts).slice()];
  for (let step = 0; step < 10; step++) {
    read.push(session.step(Int32Array.from(randomIds(`step ${step}`, 2, config))).slice());
  }
  session.dispose();
  return read;
}

function furthest(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const differences = a.flatMap((logits, i) => [...logits].map((x, j) => Math.abs(x - b[i]![j]!)));
  return Math.max(...differences);
}

const windowed: DecoderConfig = {
  ...llamaLike,
  attention: { ...llamaLike.attention, window: { size: 4, layers: [0] }, softcap: 3 },
};
const configs: Readonly<Record<string, DecoderConfig>> = {
  gpt2Like: wide(gpt2Like),
  llamaLike: wide(llamaLike),
  windowed: wide(windowed),
  deltaLike: wide(deltaLike),
};

for (const [name, config] of Object.entries(configs)) {
  test(`${name}: logits are near those over float32, and other engines come to the same`, async () => {
    const model = makeModel(config);
    const exact = read(model, "float32");
    const rounded = read(model, "int8");
    const size = Math.max(...exact.flatMap((logits) => [...logits].map(Math.abs)));
    const error = furthest(exact, rounded) / size;
    assert.ok(error > 0 && error < 0.05, `${error} of the largest logit`);
    model.dispose();
    const { engine: reference } = await startEngine("reference" satisfies EngineName);
    const beside = makeModel(config, reference);
    const other = furthest(rounded, read(beside, "int8")) / size;
    assert.ok(other < 1e-3, `${other} of the largest logit`);
    beside.dispose();
    reference.dispose();
  });
}

test("caches take a byte for each number, and four for each vector of a head", () => {
  const config = { ...wide(llamaLike), headDim: 64 };
  assert.is(cacheBytes(config).perToken, 2 * config.layers * config.kvHeads * 64 * 4);
  assert.is(cacheBytes(config, "int8").perToken, 2 * config.layers * config.kvHeads * (64 + 4));
  const delta = wide(deltaLike);
  assert.is(cacheBytes(delta, "int8").perSequence, cacheBytes(delta).perSequence, "states stay");
  const model = makeModel(wide(gpt2Like));
  const held = (cacheDtype: CacheDtype) => {
    const before = engine.memory().bytes;
    const session = new DecodingSession(model, { batch: 8, capacity: 32, cacheDtype });
    const after = engine.memory().bytes;
    session.dispose();
    return after - before;
  };
  const logits = 4 * 8 * model.config.vocabularySize;
  const ofTokens = (cacheDtype: CacheDtype) =>
    8 * 32 * cacheBytes(model.config, cacheDtype).perToken;
  assert.is(held("float32"), ofTokens("float32") + logits);
  assert.is(held("int8"), ofTokens("int8") + logits);
  model.dispose();
});

/** Tokens with their likelihoods, in the order of the prompts. */
function drawAll(model: Model, prompts: readonly number[][], rows: number, prefixBytes?: number) {
  const bytes = prefixBytes === undefined ? {} : { prefixBytes };
  const room = { capacity: 128, rows, cacheDtype: "int8" as const, ...bytes };
  const batch = new ContinuousBatch(model, room);
  const drawn = prompts.map((): SampledToken[] => []);
  for (const [i, prompt] of prompts.entries()) {
    const sampling = { ...defaultSampling, temperature: 0.9 };
    const request = { prompt, sampling, seed: i, maxNewTokens: 12, stopIds: [], constraint: null };
    batch.submit({ ...request, alternatives: 3 }, { onToken: (token) => drawn[i]!.push(token) });
  }
  while (batch.step());
  const { promptTokensComputed: computed, promptTokensReused: reused } = batch;
  batch.dispose();
  return { drawn, computed, reused };
}

test("what a request draws depends on neither its company nor what earlier prompts left", () => {
  const model = makeModel({ ...wide(llamaLike), contextLength: 128 });
  const common = randomIds("common", 100, model.config);
  const prompts = [5, 40, 40, 64, 100].map((length, i) =>
    i === 2
      ? [...common.slice(0, 33), ...randomIds("end", 7, model.config)]
      : common.slice(0, length),
  );
  const alone = prompts.map((_, i) => {
    const batch = drawAll(model, prompts.slice(0, i + 1), 1, 0);
    return batch.drawn.at(-1)!;
  });
  const together = drawAll(model, prompts, 4);
  assert.equal(together.drawn, alone);
  const tokens = prompts.reduce((sum, { length }) => sum + length, 0);
  assert.is(together.computed + together.reused, tokens);
  assert.ok(together.reused >= 96, `${together.reused} tokens were found`);
  model.dispose();
});

test("drafts over such caches are refused, and say why", () => {
  const config: DecoderConfig = {
    ...wide(llamaLike),
    future: { count: 1, kind: "parallel" },
  };
  const model = makeModel(config);
  const options = {
    ...{ sampling: { ...defaultSampling, temperature: 0 }, seeds: [1], maxNewTokens: [4] },
    ...{ stopIds: [], constraints: null, cacheDtype: "int8" as const },
  };
  assert.throws(
    () => generate(model, [[1, 2]], { ...options, speculate: 1 }),
    (error: unknown) => error instanceof ContextError && /without drafts/.test(error.message),
  );
  assert.is(generate(model, [[1, 2]], options)[0]!.length, 4);
  model.dispose();
});

test.run();
