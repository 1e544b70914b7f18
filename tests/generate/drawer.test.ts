import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import {
  ContextError,
  type DecoderConfig,
  defaultSampling,
  initialWeights,
  Model,
  type SpeculationFigures,
} from "../../models/index.ts";
import { drawingLogLikelihoods } from "../../src/evaluate/index.ts";
import {
  type DrawnDrawing,
  type DrawOptions,
  numberTokens,
  SvgGenerator,
} from "../../src/generate/index.ts";
import { parseDrawing, printDrawing } from "../../svg/index.ts";
import { renderPixels } from "../../svg/render/index.ts";
import { createPathTokenizer, strokeIconOptions } from "../../tokenizer/index.ts";
import { llamaLike } from "../models/configs.ts";
import { report } from "../testing/report.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const tokenizer = createPathTokenizer({ options: strokeIconOptions });

/** A model that has learned nothing: the grammar alone makes its drawings valid. */
function untrained(context = 96): SvgGenerator {
  const config: DecoderConfig = {
    ...llamaLike,
    vocabularySize: tokenizer.vocabulary.size,
    contextLength: context,
  };
  const model = new Model(engine, config, initialWeights(config, { seed: 2, std: 0.3 }));
  return new SvgGenerator(model, tokenizer);
}

const options: DrawOptions = { sampling: defaultSampling, seed: 7, maxTokens: null };

test("1,000 of 1,000 samples of an untrained model parse, render, and end in their budget", () => {
  const generator = untrained();
  const prompts = Array.from({ length: 1000 }, (_, i) => `icon ${i}`);
  for (const { prompt, drawing, ids } of generator.draw(prompts, options)) {
    assert.ok(1 + tokenizer.encodeText(prompt).length + ids.length <= 96, prompt);
    assert.is(ids.at(-1), tokenizer.vocabulary.special.eos, prompt);
    const svg = printDrawing(drawing);
    assert.equal(parseDrawing(svg, tokenizer.canonical).drawing, drawing, prompt);
    const { data } = renderPixels(svg, { size: 48 });
    assert.ok(
      data.some((byte) => byte > 0),
      `${prompt} paints nothing: ${svg}`,
    );
  }
});

/**
 * Whose head says of the next token's place what the decoder would say there, before the grammar's word:
 * mostly a number, which often may follow.
 */
function drafting(): SvgGenerator {
  const config: DecoderConfig = {
    ...{ ...llamaLike, headDim: 8, hiddenSize: 32, layers: 1, contextLength: 64 },
    vocabularySize: tokenizer.vocabulary.size,
    biases: { ...llamaLike.biases, head: true },
    future: { kind: "sequential", count: 2 },
  };
  const weights = initialWeights(config, { seed: 2, std: 0.3 });
  const numbers = numberTokens(tokenizer.vocabulary);
  weights.set(
    "head.bias",
    Float32Array.from(numbers, (isNumber) => 6 * isNumber),
  );
  for (const [name, values] of weights) {
    if (/attention\.output|feedForward\.down|projection/.test(name)) values.fill(0);
    if (!name.includes("projection")) continue;
    for (let i = 0; i < 32; i++) values[i * 64 + i] = 1;
  }
  return new SvgGenerator(new Model(engine, config, weights, { frozen: true }), tokenizer);
}

test("drafted drawings are the plain ones under the grammar, whatever the sampling", () => {
  const generator = drafting();
  const prompts = Array.from({ length: 24 }, (_, i) => `icon ${i}`);
  const greedy = { ...defaultSampling, temperature: 0 };
  const ways: Readonly<Record<string, Partial<DrawOptions>>> = {
    greedy: { sampling: greedy },
    "greedy with a penalty": { sampling: { ...greedy, repetitionPenalty: 1.2 } },
    sampled: {
      sampling: { ...defaultSampling, temperature: 0.7, topP: 0.9 },
      numberTemperature: 0,
    },
    guided: { sampling: greedy, guidance: 1.5, candidates: 2 },
  };
  for (const [how, way] of Object.entries(ways)) {
    let figures: SpeculationFigures | null = null;
    const asked = { ...options, ...way };
    const drafted = generator.draw(prompts, {
      ...asked,
      speculate: 2,
      onSpeculation: (each) => {
        figures = each;
      },
    });
    const tokens = (drawn: readonly DrawnDrawing[]) => drawn.map(({ ids }) => ids);
    assert.equal(tokens(drafted), tokens(generator.draw(prompts, asked)), how);
    const { accepted, drafted: all, steps, ...saved } = figures as unknown as SpeculationFigures;
    assert.ok(accepted > 0 && accepted < all, `${how}: ${accepted} of ${all}`);
    report(`${how}: ${(saved.tokens / steps).toFixed(2)} tokens a pass, the same 24 drawings`);
  }
});

test("a seed gives the same drawings, whatever they are drawn together with", () => {
  const generator = untrained();
  const [together, again, other] = [
    generator.draw(["circle", "a long caption for a square", "arrow"], options),
    generator.draw(["circle", "a long caption for a square", "arrow"], options),
    generator.draw(["circle"], { ...options, seed: 8 }),
  ];
  assert.equal(together, again);
  assert.equal(generator.draw(["circle"], options)[0]!.ids, together[0]!.ids);
  assert.not.equal(other[0]!.ids, together[0]!.ids);
});

test("of several candidates the one is given that owes most to its caption, by a pass of its own", () => {
  const drawer = untrained();
  const prompts = ["circle", "arrow up"];
  const asked = { ...options, candidates: 4, guidance: 1.5 };
  const { bos, pad } = tokenizer.vocabulary.special;
  for (const [i, candidates] of drawer.drawCandidates(prompts, asked).entries()) {
    assert.is(candidates.length, 4);
    assert.is(new Set(candidates.map(({ ids }) => ids.join())).size, 4);
    const scored = candidates.map(({ ids, likelihood }) => {
      const sampleOf = (caption: readonly number[]) => ({
        tokens: Int32Array.from([bos, ...caption, ...ids]),
        drawingStart: 1 + caption.length,
      });
      const both = [sampleOf(tokenizer.encodeText(prompts[i]!)), sampleOf([])];
      // The opening token is drawn too, though it is the only one that may stand there.
      const counted = both.map((sample) => ({ ...sample, drawingStart: sample.drawingStart - 1 }));
      const [prompted, unprompted] = drawingLogLikelihoods(drawer.model, counted, pad);
      assert.ok(likelihood);
      assert.ok(Math.abs(likelihood.prompted - prompted!) < 1e-3);
      assert.ok(Math.abs(likelihood.unprompted - unprompted!) < 1e-3);
      return prompted! - unprompted!;
    });
    assert.equal(
      scored,
      [...scored].sort((a, b) => b - a),
    );
    assert.equal(drawer.draw(prompts, asked)[i], candidates[0]);
  }
  const first = drawer.draw(prompts, { ...options, guidance: 1.5 });
  const seeds = drawer
    .drawCandidates(prompts, asked)
    .map((each) => each.map(({ ids }) => ids.join()));
  for (const [i, { ids }] of first.entries()) assert.ok(seeds[i]!.includes(ids.join()));
});

test("coordinates may have a temperature of their own", () => {
  const drawer = untrained();
  const cold = { ...options, sampling: { ...defaultSampling, temperature: 0 } };
  const greedy = drawer.draw(["circle"], cold)[0]!.ids;
  assert.equal(drawer.draw(["circle"], { ...cold, seed: 9 })[0]!.ids, greedy);
  const [one, other] = [7, 8].map(
    (seed) => drawer.draw(["circle"], { ...cold, seed, numberTemperature: 2 })[0]!.ids,
  );
  assert.not.equal(one, other);
  const tokens = (ids: readonly number[]) => ids.map((id) => tokenizer.vocabulary.token(id));
  const changed = one!.findIndex((id, i) => id !== greedy[i]);
  const number = /^<\|(d?[xy]|r)?-?[\d,]+\|>$/;
  assert.match(tokens(greedy)[changed]!, number);
});

test("a budget is kept", () => {
  for (const maxTokens of [8, 12, 30]) {
    const drawn = untrained().draw(["one", "two", "three"], { ...options, maxTokens });
    for (const { ids } of drawn) assert.ok(ids.length <= maxTokens, `${ids.length} tokens`);
  }
});

test("a caption that leaves no room for a drawing is refused by its words", () => {
  const caption = "far too long ".repeat(20);
  assert.throws(
    () => untrained().draw([caption], options),
    (error: unknown) =>
      error instanceof ContextError &&
      /prompt "far too long .*…" takes \d+ tokens/.test(error.message),
  );
});

test("drawing leaves no tensors behind", () => {
  const generator = untrained();
  generator.draw(["warm up"], options);
  const before = engine.memory();
  for (let i = 0; i < 5; i++) generator.draw(["again"], options);
  assert.equal(engine.memory(), before);
});

test.run();
