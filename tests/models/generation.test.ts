/** Generation: ragged batches, what it keeps on the engine, and choosing among many tokens. */
import fc from "fast-check";
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { likeliestIds } from "../../models/generation/likeliest.ts";
import {
  type DecoderConfig,
  DecodingSession,
  defaultSampling,
  generate,
  initialWeights,
  logits,
  Model,
  sampleToken,
} from "../../models/index.ts";
import { deltaLike, gpt2Like, llamaLike, wide } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

const decoders: Readonly<Record<string, DecoderConfig>> = {
  gpt2Like,
  llamaLike,
  deltaLike,
  "gpt2Like with heads of 8": wide(gpt2Like),
  "llamaLike with heads of 8": wide(llamaLike),
};

const makeModel = (config: DecoderConfig): Model =>
  new Model(engine, config, initialWeights(config, { seed: 1, std: 0.3 }));

function randomIds(length: number, seed: string, vocabulary: number): number[] {
  const random = seedrandom(seed);
  return Array.from({ length }, () => Math.floor(random() * vocabulary));
}

const greedy = { ...defaultSampling, temperature: 0 };

function continued(model: Model, prompts: readonly number[][], tokens: number, sampling = greedy) {
  return generate(model, prompts, {
    sampling,
    seeds: prompts.map((prompt) => prompt.join()),
    maxNewTokens: prompts.map(() => tokens),
    stopIds: [],
    constraints: null,
  });
}

for (const [name, config] of Object.entries(decoders)) {
  test(`${name}: prompts of mixed lengths are continued as each is alone`, () => {
    const model = makeModel(config);
    const lengths = [1, 7, 2, 8, 5];
    const prompts = lengths.map((length) => randomIds(length, `p${length}`, config.vocabularySize));
    const single = prompts.map((prompt) => {
      const session = new DecodingSession(model, { batch: 1, capacity: 16 });
      const logits = [session.prefill([prompt]).slice()];
      for (const id of [3, 4, 5]) logits.push(session.step(Int32Array.of(id)).slice());
      session.dispose();
      return logits;
    });
    const session = new DecodingSession(model, { batch: 5, capacity: 16 });
    const size = config.vocabularySize;
    const compare = (logits: Float32Array, step: number) => {
      for (const [row, alone] of single.entries()) {
        for (const [id, expected] of alone[step]!.entries()) {
          const found = logits[row * size + id]!;
          assert.ok(Math.abs(found - expected) < 2e-5, `row ${row}, step ${step}, id ${id}`);
        }
      }
    };
    compare(session.prefill(prompts), 0);
    for (const [step, id] of [3, 4, 5].entries()) {
      compare(session.step(new Int32Array(5).fill(id)), step + 1);
    }
    session.dispose();
    assert.equal(
      continued(model, prompts, 6),
      prompts.flatMap((prompt) => continued(model, [prompt], 6)),
    );
    model.dispose();
  });
}

test("two hundred generations of all lengths keep no tensor and few programs", () => {
  const config = wide(llamaLike);
  const model = makeModel(config);
  const before = engine.memory();
  const most = { buffers: 0, programs: 0 };
  for (let i = 0; i < 200; i++) {
    const rows = 1 + (i % 4);
    const prompts = Array.from({ length: rows }, (_, row) =>
      randomIds(1 + ((i + row) % 20), `${i} ${row}`, config.vocabularySize),
    );
    continued(model, prompts, 1 + (i % 9));
    const { buffers, programs } = engine.memory();
    most.buffers = Math.max(most.buffers, buffers);
    most.programs = Math.max(most.programs, programs);
  }
  assert.is(most.buffers, before.buffers, "what a generation needs is freed after it");
  assert.ok(most.programs - before.programs <= 16, `${most.programs} programs`);
  model.dispose();
});

test("the likeliest of many are those that sorting all gives", () => {
  const logit = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Number.NEGATIVE_INFINITY));
  fc.assert(
    fc.property(
      fc.array(logit, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 70 }),
      (values, count) => {
        const logits = Float32Array.from(values);
        const sorted = [...values.keys()].sort((a, b) =>
          values[a] === values[b] ? a - b : values[b]! - values[a]!,
        );
        assert.equal([...likeliestIds(logits, count)], sorted.slice(0, count));
      },
    ),
  );
});

test("a nucleus wider than the first look is found", () => {
  const logits = () => new Float32Array(5000);
  const drawn = new Set<number>();
  const random = seedrandom("wide");
  for (let i = 0; i < 3000; i++) {
    drawn.add(sampleToken(logits(), { ...defaultSampling, topP: 0.5 }, [], random));
  }
  assert.ok(Math.max(...drawn) < 2500, "the first half of equals, by id");
  assert.ok(drawn.size > 1500, String(drawn.size));
});

for (const [name, config] of Object.entries(decoders)) {
  test(`${name}: a frozen decoder, packed, continues as another and cannot be trained`, () => {
    const weights = initialWeights(config, { seed: 3, std: 0.3 });
    const [free, frozen] = [false, true].map(
      (isFrozen) => new Model(engine, config, weights, { frozen: isFrozen }),
    ) as [Model, Model];
    // A prompt alone, a few rows and many: each is a kernel of its own.
    for (const batch of [1, 7]) {
      const prompts = Array.from({ length: batch }, (_, row) =>
        randomIds(2 + (row % 3), `f${row}`, config.vocabularySize),
      );
      const [expected, found] = [free, frozen].map((model) => {
        const session = new DecodingSession(model, { batch, capacity: 8 });
        const logits = [session.prefill(prompts).slice()];
        for (const id of [3, 4]) logits.push(session.step(new Int32Array(batch).fill(id)).slice());
        session.dispose();
        return logits.flatMap((each) => [...each]);
      }) as [number[], number[]];
      for (const [i, value] of expected.entries()) {
        assert.ok(Math.abs(found[i]! - value) < 1e-4, `logit ${i}: ${found[i]}, expected ${value}`);
      }
    }
    assert.ok(Object.keys(frozen.prepackable).length > 0);
    assert.is(Object.keys(free.prepackable).length, 0);
    assert.throws(() => frozen.trainable, /frozen/);
    free.dispose();
    frozen.dispose();
  });
}

test("the repetition penalty counts the prompt's tokens, as transformers does", () => {
  const model = makeModel(llamaLike);
  const size = llamaLike.vocabularySize;
  const repetitionPenalty = 5;
  const lastLogits = (tokens: number[]) => [...logits(model, [tokens]).slice(-size)];
  const likeliest = (values: number[]) => values.indexOf(Math.max(...values));
  let changed = 0;
  for (let first = 0; first < size; first++) {
    const prompt = [first, (first + 7) % size, (first + 11) % size];
    const plain = lastLogits(prompt);
    const penalised = plain.map((logit, id) => {
      if (!prompt.includes(id)) return logit;
      return logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty;
    });
    const [ids] = generate(model, [prompt], {
      sampling: { ...greedy, repetitionPenalty },
      seeds: [1],
      maxNewTokens: [1],
      stopIds: [],
      constraints: null,
    });
    assert.equal(ids, [likeliest(penalised)]);
    if (likeliest(plain) !== likeliest(penalised)) changed++;
  }
  assert.ok(changed > 0, "some prompt holds the likeliest token");
  model.dispose();
});

test.run();
