/** Drafting ahead: whatever the heads say, the tokens are those of plain generation. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import {
  ContextError,
  type DecoderConfig,
  DecodingSession,
  defaultSampling,
  type FutureHeadsConfig,
  type GenerateOptions,
  generateSequences,
  initialWeights,
  Model,
  type SamplingOptions,
  type SpeculationFigures,
  SpeculativeSession,
} from "../../models/index.ts";
import { report } from "../testing/report.ts";
import { gpt2Like, llamaLike, wide } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

const makeModel = (config: DecoderConfig, future: FutureHeadsConfig): Model => {
  const own = { ...config, future };
  return new Model(engine, own, initialWeights(own, { seed: 1, std: 0.3 }), { frozen: true });
};

const greedy = { ...defaultSampling, temperature: 0 };
const samplings: Readonly<Record<string, SamplingOptions>> = {
  greedy,
  "greedy with a penalty": { ...greedy, repetitionPenalty: 1.3 },
  sampled: { temperature: 0.8, topK: 12, topP: 0.9, repetitionPenalty: 1.1 },
};

/** Prompts of 1 to 20 tokens, that are continued to the end of the context. */
function requests(count: number, { vocabularySize, contextLength }: DecoderConfig) {
  const random = seedrandom("prompts");
  const id = () => Math.floor(random() * vocabularySize);
  const prompts = Array.from({ length: count }, (_, i) =>
    Array.from({ length: i < 3 ? i + 1 : 1 + Math.floor(random() * 20) }, id),
  );
  return { prompts, maxNewTokens: prompts.map(({ length }) => contextLength - length) };
}

/** By both ways, and what drafting saved. */
function both(
  model: Model,
  prompts: readonly (readonly number[])[],
  options: GenerateOptions,
  speculate: number,
) {
  let figures: SpeculationFigures | null = null;
  const plain = generateSequences(model, prompts, { ...options, atOnce: 1 });
  const drafted = generateSequences(model, prompts, {
    ...options,
    speculate,
    onSpeculation: (each) => {
      figures = each;
    },
  });
  return { plain, drafted, figures: figures as SpeculationFigures | null };
}

const decoders: readonly (readonly [string, DecoderConfig, FutureHeadsConfig])[] = [
  ["rotary, sequential", wide(llamaLike), { kind: "sequential", count: 3 }],
  ["learned, sequential", wide(gpt2Like), { kind: "sequential", count: 1 }],
  ["rotary, parallel", wide(llamaLike), { kind: "parallel", count: 2 }],
  [
    "windows, heads that the runtime's attention does not take",
    {
      ...{ ...llamaLike, contextLength: 24 },
      attention: { ...llamaLike.attention, window: { size: 4, layers: [1] } },
    },
    { kind: "sequential", count: 2 },
  ],
];

for (const [name, config, future] of decoders) {
  test(`${name}: the same tokens as without drafts, greedily and sampled`, () => {
    const model = makeModel(config, future);
    for (const [how, sampling] of Object.entries(samplings)) {
      const { prompts, maxNewTokens } = requests(6, config);
      const options = {
        ...{ sampling, maxNewTokens, stopIds: [3], constraints: null },
        seeds: prompts.map((_, i) => i),
      };
      const { plain, drafted, figures } = both(model, prompts, options, future.count);
      assert.equal(drafted, plain, how);
      // The first of each comes with its prompt, and after the shortest prompts a few more.
      const tokens = plain.reduce((sum, { ids }) => sum + ids.length - 1, 0);
      assert.ok(figures!.tokens <= tokens && figures!.tokens > 0.8 * tokens);
      assert.is(figures!.drafted, figures!.steps * future.count);
      // The last pass of a sequence may end it with a draft, and draw none after.
      const most = figures!.steps + figures!.accepted;
      assert.ok(figures!.tokens <= most && figures!.tokens >= most - prompts.length);
    }
    model.dispose();
  });
}

test("guidance: the same tokens and likelihoods as without drafts", () => {
  const config = wide(llamaLike);
  const model = makeModel(config, { kind: "sequential", count: 2 });
  const { prompts } = requests(4, config);
  const guidance = { scale: 1.7, prompts: prompts.map(({ length }) => [length % 7, 5]) };
  const options = {
    ...{ sampling: samplings.sampled!, stopIds: [], constraints: null, guidance },
    ...{ seeds: prompts.map((_, i) => i), maxNewTokens: prompts.map(() => 20) },
  };
  const { plain, drafted } = both(model, prompts, options, 2);
  for (const [i, { ids, likelihood }] of plain.entries()) {
    assert.equal(drafted[i]!.ids, ids);
    for (const key of ["prompted", "unprompted"] as const) {
      const difference = Math.abs(drafted[i]!.likelihood![key] - likelihood![key]);
      assert.ok(difference < 1e-4, `${key}: ${difference}`);
    }
  }
  model.dispose();
});

/**
 * A decoder that is certain what follows, with a head that says what it says: the last token decides, so
 * that the head, which reads the next token, can be the decoder itself.
 */
test("drafts that are right are all kept, and each saves a run", () => {
  const config = {
    ...wide(llamaLike),
    layers: 1,
    future: { kind: "sequential", count: 3 } as const,
  };
  const weights = new Map(initialWeights(config, { seed: 4, std: 0.3 }));
  const { hiddenSize } = config;
  for (const [name, values] of weights) {
    // No block adds anything: the head of the embedding alone.
    if (/attention\.output|feedForward\.down/.test(name)) values.fill(0);
    if (/projection/.test(name)) {
      values.fill(0);
      for (let i = 0; i < hiddenSize; i++) values[i * 2 * hiddenSize + i] = 1;
    }
  }
  const model = new Model(engine, config, weights, { frozen: true });
  const options = {
    ...{ sampling: greedy, stopIds: [], constraints: null, seeds: [1], maxNewTokens: [41] },
  };
  const { plain, drafted, figures } = both(model, [[7, 2, 5, 1, 3, 4]], options, 3);
  assert.equal(drafted, plain);
  assert.equal(figures, { steps: 10, tokens: 40, drafted: 30, accepted: 30 });
  report("right drafts: 40 tokens in 10 runs");
  model.dispose();
});

test("logits after drafts are those of reading the tokens one by one", () => {
  const config = wide(llamaLike);
  const model = makeModel(config, { kind: "sequential", count: 2 });
  const prompt = [4, 9, 2, 7, 7];
  const session = new SpeculativeSession(model, { batch: 1, capacity: 32, drafts: 2 });
  const plain = new DecodingSession(model, { batch: 1, capacity: 32 });
  assert.equal(session.prefill([prompt]), plain.prefill([prompt]).slice());
  let most = 0;
  const compare = (found: Float32Array, wanted: Float32Array) => {
    for (const [i, value] of wanted.entries()) most = Math.max(most, Math.abs(value - found[i]!));
  };
  // The first draft is kept where it is even, and rejected otherwise.
  let drawn = [11];
  for (let steps = 0; steps < 8; steps++) {
    const { drafts, logits } = session.step(drawn);
    const [first] = drafts as unknown as [number];
    const next: number[] = [];
    compare(logits(0, 0), plain.step(Int32Array.of(drawn.at(-1)!)));
    if (first % 2 === 0) {
      next.push(first);
      compare(logits(0, 1), plain.step(Int32Array.of(first)));
    }
    next.push((first + 1) % config.vocabularySize);
    drawn = next;
  }
  assert.ok(most < 1e-5, `${most}`);
  report(
    `logits after drafts differ by ${most.toExponential(1)} from those of one token at a time`,
  );
  session.dispose();
  plain.dispose();
  model.dispose();
});

test("a model without heads draws plainly, one with fewer drafts fewer, and a session for more is refused", () => {
  const config = wide(llamaLike);
  const without = new Model(engine, config, initialWeights(config, { seed: 1, std: 0.3 }));
  const options = {
    ...{ sampling: greedy, stopIds: [], constraints: null, seeds: [1], maxNewTokens: [12] },
  };
  assert.is(both(without, [[1, 2]], options, 4).figures, null);
  const model = makeModel(config, { kind: "parallel", count: 1 });
  const { plain, drafted, figures } = both(model, [[1, 2]], options, 4);
  assert.equal(drafted, plain);
  assert.is(figures!.drafted, figures!.steps);
  const open = (drafts: number, capacity: number) => () =>
    new SpeculativeSession(model, { batch: 1, capacity, drafts });
  const refused = (text: RegExp) => (error: Error) =>
    error instanceof ContextError && text.test(error.message);
  assert.throws(open(2, 16), refused(/2 tokens to draft, of a model with 1 heads/));
  assert.throws(open(1, 64), refused(/64 tokens do not fit/));
  without.dispose();
  model.dispose();
});

test.run();
