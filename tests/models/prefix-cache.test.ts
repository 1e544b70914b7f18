/** Beginnings that prompts have in common are computed once, and nothing that is drawn changes by it. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import {
  CachePool,
  ContinuousBatch,
  type DecoderConfig,
  defaultSampling,
  initialWeights,
  logits,
  Model,
  type SampledToken,
} from "../../models/index.ts";
import { gpt2Like, llamaLike } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

const long = (config: DecoderConfig): DecoderConfig => ({ ...config, contextLength: 128 });
const makeModel = (config: DecoderConfig) =>
  new Model(engine, config, initialWeights(config, { seed: 1, std: 0.4 }), { frozen: true });

/** 100 tokens, of which prompts are beginnings, with other ends. */
function promptsOf({ vocabularySize }: DecoderConfig): number[][] {
  const random = seedrandom("prefix");
  const ids = (length: number) =>
    Array.from({ length }, () => Math.floor(random() * vocabularySize));
  const common = ids(100);
  return [
    common.slice(0, 5),
    [...common.slice(0, 40), ...ids(3)],
    [...common.slice(0, 40), ...ids(9)],
    common.slice(0, 64),
    [...common.slice(0, 70), ...ids(20)],
    common.slice(0, 100),
  ];
}

/** Tokens with their likelihoods, in the order of the prompts, and how many of these were computed. */
function drawAll(model: Model, prompts: readonly number[][], prefixBytes?: number) {
  const bytes = prefixBytes === undefined ? {} : { prefixBytes };
  const batch = new ContinuousBatch(model, { capacity: 128, rows: 4, ...bytes });
  const drawn = prompts.map((): SampledToken[] => []);
  for (const [i, prompt] of prompts.entries()) {
    const sampling = { ...defaultSampling, temperature: 0.9 };
    const request = { prompt, sampling, seed: prompt.length, maxNewTokens: 12, stopIds: [] };
    batch.submit(
      { ...request, constraint: null, alternatives: 3 },
      { onToken: (token) => drawn[i]!.push(token) },
    );
  }
  while (batch.step());
  const { promptTokensComputed } = batch;
  batch.dispose();
  return { drawn, computed: promptTokensComputed };
}

/** As wide as the runtime's own kernel of attention takes them. */
const wide = { ...llamaLike, headDim: 8, hiddenSize: 8 * llamaLike.heads };

for (const [name, config] of Object.entries({ gpt2Like, llamaLike, wide })) {
  test(`${name}: with beginnings that were kept the same tokens are drawn, to the last bit`, () => {
    const model = makeModel(long(config));
    const prompts = promptsOf(model.config);
    const alone = drawAll(model, prompts, 0);
    assert.is(
      alone.computed,
      prompts.reduce((sum, { length }) => sum + length, 0),
    );
    const together = drawAll(model, prompts);
    assert.equal(together.drawn, alone.drawn);
    // 5; 32 and 11; 17; the second 32; 26; the third 32 and 4.
    assert.is(together.computed, 5 + 32 + 11 + 17 + 32 + 26 + 32 + 4);
    const backwards = drawAll(model, [...prompts].reverse());
    assert.equal(backwards.drawn.reverse(), alone.drawn);
    // Twice the same: nothing is computed anew.
    const twice = drawAll(model, [...prompts, ...prompts]);
    assert.is(twice.computed, together.computed);
    assert.equal(twice.drawn.slice(prompts.length), alone.drawn);
    model.dispose();
  });

  test(`${name}: a prompt that is read in pieces comes to the logits of one that is read whole`, () => {
    const model = makeModel(long(config));
    for (const prompt of promptsOf(model.config)) {
      const whole = logits(model, [prompt]).slice(-model.config.vocabularySize);
      const most = Math.max(...whole);
      const total = most + Math.log(whole.reduce((sum, value) => sum + Math.exp(value - most), 0));
      const [first] = drawAll(model, [prompt]).drawn[0]!;
      for (const { id, logprob } of first!.alternatives) {
        assert.ok(Math.abs(logprob - (whole[id]! - total)) < 1e-4, `${prompt.length} tokens`);
      }
    }
    model.dispose();
  });
}

test("what is kept stays within its blocks, yields to rows, and goes in the order of its last use", () => {
  const piece = (bytes: number) => ({
    caches: new Map([["cache.0.keys", new Float32Array(bytes / 4 - 1)]]),
    logits: new Float32Array(1),
  });
  const pool = new CachePool({ blocks: 10, blockBytes: 16, keptBlocks: 6 });
  const found = (...keys: string[]) => keys.map((key) => pool.get(key) !== undefined);
  pool.put("0:1", piece(40));
  pool.put("0:2", piece(40));
  assert.is(pool.kept, 6, "three blocks each, of which the last is not full");
  assert.ok(pool.get("0:1"));
  pool.put("1:3", piece(40));
  assert.is(pool.kept, 6);
  assert.equal(found("0:1", "0:2", "1:3"), [true, false, true]);
  pool.put("0:4", piece(112));
  assert.equal(found("0:4"), [false], "larger than all there is");
  pool.reserve(4);
  assert.is(pool.kept, 6);
  pool.reserve(1);
  assert.equal([pool.kept, pool.evicted], [3, 2]);
  assert.equal(found("0:1", "1:3"), [false, true], "the least recently used went");
  assert.ok(pool.fits(5) && !pool.fits(6), "what is kept counts as free");
  assert.throws(() => pool.reserve(6), RangeError);
  pool.forget(1);
  assert.is(pool.kept, 0);
});

test.run();
