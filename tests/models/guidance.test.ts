/** Guidance, the likelihood of what was drawn, and sequences that take each other's places. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import {
  type Constraint,
  defaultSampling,
  type GenerateOptions,
  generate,
  generateSequences,
  initialWeights,
  logits,
  Model,
  sampleToken,
} from "../../models/index.ts";
import { gpt2Like, llamaLike } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

function makeModel(config: typeof gpt2Like): Model {
  const longer = { ...config, contextLength: 32 };
  return new Model(engine, longer, initialWeights(longer, { seed: 1, std: 0.4 }));
}

const prompts = [[1, 2, 3, 4, 5], [6, 7], [8, 9, 10, 11], [3], [12, 13, 14]];
const empty = prompts.map(() => [1]);

function optionsFor(count: number, more: Partial<GenerateOptions> = {}): GenerateOptions {
  return {
    sampling: defaultSampling,
    seeds: Array.from({ length: count }, (_, i) => `seed ${i}`),
    maxNewTokens: Array.from({ length: count }, (_, i) => 4 + ((3 * i) % 7)),
    stopIds: [],
    constraints: null,
    ...more,
  };
}

/** Lets all tokens but one follow, and keeps what it was shown. */
class Watching implements Constraint {
  readonly seen: Float32Array[] = [];
  readonly done = false;
  mask(values: Float32Array): void {
    this.seen.push(values.slice());
    values[0] = Number.NEGATIVE_INFINITY;
  }
  accept(id: number): void {
    assert.is.not(id, 0);
  }
}

/** Logits after a prompt and after each of the tokens that follow, by a pass of its own. */
function after(model: Model, prompt: readonly number[], ids: readonly number[]): Float32Array[] {
  const { vocabularySize } = model.config;
  const all = logits(model, [[...prompt, ...ids]]);
  return Array.from({ length: ids.length + 1 }, (_, step) => {
    const from = (prompt.length - 1 + step) * vocabularySize;
    return all.slice(from, from + vocabularySize);
  });
}

const logProbability = (values: Float32Array, id: number) => {
  const highest = Math.max(...values);
  const total = values.reduce((mass, value) => mass + Math.exp(value - highest), 0);
  return values[id]! - highest - Math.log(total);
};

for (const config of [gpt2Like, llamaLike]) {
  const name = config.positions;

  test(`guided logits are those of two passes put together by hand (${name} positions)`, () => {
    const model = makeModel(config);
    for (const [scale, atOnce] of [
      [2.5, undefined],
      [0.5, 2],
      [1, 3],
    ] as const) {
      const constraints = prompts.map(() => new Watching());
      const guidance = { scale, prompts: empty };
      const rows = atOnce === undefined ? {} : { atOnce };
      const options = optionsFor(5, { constraints, guidance, ...rows });
      const found = generateSequences(model, prompts, options);
      for (const [i, { ids, likelihood }] of found.entries()) {
        assert.is(ids.length, options.maxNewTokens[i]);
        assert.ok(likelihood);
        let [prompted, unprompted] = [0, 0];
        const withPrompt = after(model, prompts[i]!, ids);
        const without = after(model, empty[i]!, ids);
        for (const [step, id] of ids.entries()) {
          const [given, alone] = [withPrompt[step]!, without[step]!];
          const seen = constraints[i]!.seen[step]!;
          for (const [token, value] of seen.entries()) {
            const expected = alone[token]! + scale * (given[token]! - alone[token]!);
            assert.ok(Math.abs(value - expected) < 2e-5, `${i}, ${step}: ${value}, ${expected}`);
          }
          prompted += logProbability(given, id);
          unprompted += logProbability(alone, id);
        }
        assert.ok(Math.abs(likelihood.prompted - prompted) < 1e-4);
        assert.ok(Math.abs(likelihood.unprompted - unprompted) < 1e-4);
      }
    }
    model.dispose();
  });

  test(`sequences are the same, however many are continued at once (${name} positions)`, () => {
    const model = makeModel(config);
    const many = Array.from({ length: 23 }, (_, i) => prompts[i % 5]!);
    const reference = generate(model, many, optionsFor(23));
    for (const atOnce of [1, 3, 8, 50]) {
      let complete = 0;
      const options = optionsFor(23, { atOnce, onComplete: (count) => (complete = count) });
      assert.equal(generate(model, many, options), reference, `${atOnce} at once`);
      assert.is(complete, 23);
    }
    const guided = (atOnce: number) =>
      generateSequences(
        model,
        many,
        optionsFor(23, { atOnce, guidance: { scale: 2, prompts: many.map(() => [1]) } }),
      ).map(({ ids }) => ids);
    assert.equal(guided(4), guided(23));
    assert.not.equal(guided(4), reference);
    model.dispose();
  });
}

test("a scale of 1 draws what there would be without guidance, and tells the likelihood besides", () => {
  const model = makeModel(llamaLike);
  const plain = generateSequences(model, prompts, optionsFor(5));
  const scored = generateSequences(
    model,
    prompts,
    optionsFor(5, { guidance: { scale: 1, prompts: empty } }),
  );
  assert.equal(
    scored.map(({ ids }) => ids),
    plain.map(({ ids }) => ids),
  );
  assert.ok(plain.every(({ likelihood }) => likelihood === null));
  assert.ok(scored.every(({ likelihood }) => likelihood !== null));
  model.dispose();
});

test("long prompts are read at once, and what takes their place is read by steps", () => {
  const config = { ...llamaLike, contextLength: 64 };
  const model = new Model(engine, config, initialWeights(config, { seed: 2, std: 0.4 }));
  const random = seedrandom("long");
  const long = Array.from({ length: 5 }, () =>
    Array.from({ length: 40 }, () => Math.floor(random() * config.vocabularySize)),
  );
  const reference = generate(model, long, optionsFor(5));
  assert.equal(generate(model, long, optionsFor(5, { atOnce: 2 })), reference);
  model.dispose();
});

test("prompts that do not fit are refused by their number, those without what is asked for too", () => {
  const model = makeModel(gpt2Like);
  const guidance = { scale: 2, prompts: [...empty.slice(1), new Array<number>(30).fill(1)] };
  assert.throws(
    () => generateSequences(model, prompts, optionsFor(5, { guidance })),
    /prompt 4 has 30 tokens, which with 9 new ones exceed the context of 32/,
  );
  assert.throws(() => generate(model, [[1], []], optionsFor(2)), /prompt 1 has no tokens/);
  model.dispose();
});

test("a part of the tokens has a temperature of its own", () => {
  const tokens = Uint8Array.of(0, 1, 1, 0);
  const options = { ...defaultSampling, temperature: 0, part: { tokens, temperature: 1 } };
  const random = seedrandom("parts");
  const drawn = (values: number[]) =>
    new Set(
      Array.from({ length: 200 }, () =>
        sampleToken(Float32Array.from(values), options, [], random),
      ),
    );
  assert.equal([...drawn([2, 1.9, 1.9, 1.9])], [0]);
  assert.equal([...drawn([1.9, 2, 2, 1.9])].sort(), [0, 1, 2, 3]);
});

test.run();
