/** Requests that join, leave and are cancelled in mid-flight: each draws what it draws alone. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import {
  type Constraint,
  ContextError,
  ContinuousBatch,
  type DecoderConfig,
  defaultSampling,
  familyFor,
  type GenerationRequest,
  generate,
  initialWeights,
  logits,
  Model,
  newLora,
  plainLora,
} from "../../models/index.ts";
import { gpt2Like, llamaLike, wide } from "./configs.ts";
import { moved } from "./lora/tiny-adapter.ts";
import { type Drawn, submitTo } from "./submitted.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

const makeModel = (config: DecoderConfig) =>
  new Model(engine, config, initialWeights(config, { seed: 1, std: 0.4 }), { frozen: true });

/** Refuses one token, and ends at a length of its own. */
class Own implements Constraint {
  #left: number;
  readonly #refused: number;
  constructor(length: number, refused: number) {
    this.#left = length;
    this.#refused = refused;
  }
  get done(): boolean {
    return this.#left === 0;
  }
  mask(values: Float32Array): void {
    values[this.#refused] = Number.NEGATIVE_INFINITY;
  }
  accept(id: number): void {
    assert.is.not(id, this.#refused);
    this.#left--;
  }
}

/** Of its number alone. */
function requestOf(i: number, { vocabularySize }: DecoderConfig): GenerationRequest {
  const random = seedrandom(`request ${i}`);
  const below = (count: number) => Math.floor(random() * count);
  const ids = (length: number) => Array.from({ length }, () => below(vocabularySize));
  return {
    prompt: ids(1 + below(12)),
    sampling: { ...defaultSampling, temperature: 0.5 + random() },
    seed: `seed ${i}`,
    maxNewTokens: 4 + below(30),
    stopIds: i % 3 === 0 ? [below(vocabularySize)] : [],
    constraint: i % 2 === 0 ? new Own(2 + below(24), below(vocabularySize)) : null,
    guidance: i % 4 === 1 ? { scale: 2, prompt: ids(1 + below(3)) } : null,
    alternatives: i % 5 === 0 ? 3 : null,
  };
}

for (const config of [wide(gpt2Like, 64), wide(llamaLike, 64)]) {
  test(`what a request draws does not depend on its company (${config.positions})`, () => {
    const model = makeModel(config);
    const count = 40;
    const alone = Array.from({ length: count }, (_, i) => {
      const batch = new ContinuousBatch(model, { capacity: 48, rows: 2 });
      const { drawn } = submitTo(batch, requestOf(i, config));
      while (batch.step());
      batch.dispose();
      return drawn;
    });
    for (const rows of [2, 5, 16, 64]) {
      const random = seedrandom(`company of ${rows}`);
      const batch = new ContinuousBatch(model, { capacity: 48, rows });
      const together: Drawn[] = [];
      const cancelled = new Map<number, ReturnType<typeof submitTo>>();
      let most = 0;
      for (let i = 0; i < count || batch.open > 0; ) {
        // Some come at once, some while others are being drawn, and some leave before they are done.
        for (; i < count && random() < 0.5; i++) {
          together.push(submitTo(batch, requestOf(i, config)).drawn);
          if (i % 7 === 0) cancelled.set(i, submitTo(batch, requestOf(i + 1, config)));
        }
        batch.step();
        most = Math.max(most, batch.rows);
        for (const [key, { running, drawn }] of cancelled) {
          if (random() > 0.2) continue;
          const ended = running.done;
          const rowsBefore = batch.rows;
          running.cancel();
          running.cancel();
          assert.ok(running.done && batch.rows <= rowsBefore);
          if (!ended) assert.is(drawn.end?.reason, "cancelled");
          cancelled.delete(key);
        }
      }
      assert.ok(most <= rows && most > Math.min(rows, 8) / 2, `${most} rows of ${rows}`);
      assert.is(batch.rows, 0);
      for (const [i, drawn] of together.entries()) {
        // To the last bit: the likelihoods that guidance and alternatives tell are compared too.
        assert.equal(drawn, alone[i], `request ${i}, ${rows} rows`);
      }
      batch.dispose();
    }
    model.dispose();
  });
}

test("tokens are told with the likelihood that a pass of its own gives", () => {
  const config = wide(llamaLike, 64);
  const model = makeModel(config);
  const batch = new ContinuousBatch(model, { capacity: 32, rows: 4 });
  const request = { ...requestOf(3, config), constraint: null, guidance: null, stopIds: [] };
  const { drawn } = submitTo(batch, { ...request, alternatives: 4 });
  while (batch.step());
  const prompt = Array.from(request.prompt);
  const size = config.vocabularySize;
  const all = logits(model, [[...prompt, ...drawn.end!.ids]]);
  for (const [step, { id, logprob, alternatives }] of drawn.tokens.entries()) {
    const row = [...all.slice((prompt.length - 1 + step) * size).slice(0, size)];
    const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
    assert.ok(Math.abs(logprob! - (row[id]! - total)) < 1e-4);
    const sorted = [...row.keys()].sort((a, b) => row[b]! - row[a]!);
    assert.equal(
      alternatives.map((each) => each.id),
      sorted.slice(0, 4),
    );
    for (const each of alternatives) {
      assert.ok(Math.abs(each.logprob - (row[each.id]! - total)) < 1e-4);
    }
  }
  assert.is(drawn.end!.reason, "length");
  batch.dispose();
  model.dispose();
});

test("one request that fails leaves the others alone", () => {
  const config = wide(gpt2Like, 64);
  const model = makeModel(config);
  const batch = new ContinuousBatch(model, { capacity: 48, rows: 8 });
  const nothing: Constraint = {
    done: false,
    mask: (values) => values.fill(Number.NEGATIVE_INFINITY),
    accept: () => {},
  };
  const failing = submitTo(batch, { ...requestOf(1, config), constraint: nothing });
  const { drawn } = submitTo(batch, requestOf(2, config));
  while (batch.step());
  assert.is(failing.drawn.end?.reason, "error");
  assert.match(String(failing.drawn.end?.error), /no token may follow/);
  assert.is.not(drawn.end?.reason, "error");
  const alone = requestOf(2, config);
  const [expected] = generate(model, [alone.prompt], {
    sampling: alone.sampling,
    stopIds: alone.stopIds,
    seeds: [alone.seed],
    maxNewTokens: [alone.maxNewTokens],
    constraints: [alone.constraint!],
  });
  assert.equal(drawn.end?.ids, expected);
  assert.throws(
    () => batch.submit({ ...requestOf(1, config), prompt: [] }),
    (error: unknown) => error instanceof ContextError,
  );
  assert.throws(
    () => batch.submit({ ...requestOf(1, config), maxNewTokens: 48 }),
    /exceeds the 48 of the context/,
  );
  batch.dispose();
  model.dispose();
});

test("a batch keeps no buffer when it is empty, but for the prompts' own", () => {
  const config = wide(llamaLike, 64);
  const model = makeModel(config);
  const batch = new ContinuousBatch(model, { capacity: 48, rows: 16 });
  const round = () => {
    for (let i = 0; i < 20; i++) submitTo(batch, requestOf(i, config));
    while (batch.step());
    return engine.memory().buffers;
  };
  const first = round();
  for (let i = 0; i < 5; i++) assert.is(round(), first);
  submitTo(batch, requestOf(1, config));
  batch.step();
  batch.dispose();
  const before = engine.memory().buffers;
  model.dispose();
  assert.ok(engine.memory().buffers < before);
  assert.is(batch.open, 0);
});

test("a decoder is served under several adapters at once, each as if it were active alone", () => {
  const config = wide(llamaLike, 64);
  const weights = initialWeights(config, { seed: 1, std: 0.4 });
  const model = new Model(engine, config, weights, { frozen: true });
  const lora = { ...plainLora, rank: 4, alpha: 16 };
  for (const seed of [1, 2]) {
    const { adapter } = newLora(familyFor(config), config, weights, lora, seed);
    model.attach(`a${seed}`, moved(adapter, 0.1 * seed));
  }
  const request = { ...requestOf(3, config), constraint: null, guidance: null, stopIds: [] };
  const active = [["a1"], ["a2"], []].map((names) => {
    model.activate(names);
    const batch = new ContinuousBatch(model, { capacity: 48, rows: 1 });
    const { drawn } = submitTo(batch, request);
    while (batch.step());
    batch.dispose();
    return drawn.end!.ids;
  });
  assert.is(new Set(active.map(String)).size, 3);
  const served = [["a1"], ["a2"], []].map((names) => model.under(names));
  const batches = served.map((each) => new ContinuousBatch(each, { capacity: 48, rows: 4 }));
  const drawn = batches.map((batch) => submitTo(batch, request).drawn);
  while (batches.map((batch) => batch.step()).some(Boolean));
  assert.equal(
    drawn.map(({ end }) => end!.ids),
    active,
  );
  for (const batch of batches) batch.dispose();
  for (const each of served) each.programs.dispose();
  model.dispose();
});

test.run();
