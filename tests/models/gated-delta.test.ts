/** Layers that carry a state: chunks against single tokens, segments, padding, Qwen3.5's checkpoints. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modelFromCheckpoint } from "../../checkpoints/index.ts";
import { type Engine, Graph, ops, startEngine, type Value } from "../../engine/index.ts";
import { deltaRuleChunks, deltaRuleStep } from "../../models/decoder/gated-delta-rule.ts";
import { SpeculativeSession } from "../../models/generation/speculative-session.ts";
import {
  DecodingSession,
  decoder,
  FamilyError,
  familyFor,
  familyOf,
  head,
  initialWeights,
  logits,
  Model,
  whyNot,
} from "../../models/index.ts";
import { decodersFolder, loadGolden } from "../golden/golden.ts";
import { largestDifference } from "../golden/measure.ts";
import { deltaLike, llamaLike } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

const [heads, keyDim, valueDim] = [2, 8, 5];

interface Tokens {
  readonly query: Float32Array;
  readonly key: Float32Array;
  readonly value: Float32Array;
  readonly rate: Float32Array;
  readonly logDecay: Float32Array;
}

const shapesOf = (sequence: number) => ({
  query: [1, heads, sequence, keyDim],
  key: [1, heads, sequence, keyDim],
  value: [1, heads, sequence, valueDim],
  rate: [1, heads, sequence],
  logDecay: [1, heads, sequence],
});

function runGraph(of: Engine, build: (graph: Graph) => Value): Float32Array {
  const graph = new Graph();
  graph.output("result", build(graph));
  const program = of.compile(graph);
  const result = of.buffer(graph.outputs.get("result")!.type);
  program.run({}, { result });
  const values = (result.read() as Float32Array).slice();
  result.dispose();
  program.dispose();
  return values;
}

/** Outputs `[1, heads, sequence, valueDim]` and the last state, joined, by the chunks or token by token. */
function ruleOf(tokens: Tokens, sequence: number, way: "chunks" | "steps"): Float32Array {
  return runGraph(engine, (graph) => {
    const shapes = shapesOf(sequence);
    const names = Object.keys(shapes) as (keyof Tokens)[];
    const values = names.map(
      (name) => [name, graph.constant(tokens[name], shapes[name], "float32")] as const,
    );
    const all = Object.fromEntries(values) as Record<keyof Tokens, Value>;
    const flat = (value: Value) => ops.reshape(value, [value.shape.reduce((a, b) => a * b)]);
    if (way === "chunks") {
      const { output, state } = deltaRuleChunks({ ...all, state: null, segments: null });
      return ops.concat([flat(output), flat(state)], 0);
    }
    const zeros = new Float32Array(heads * keyDim * valueDim);
    let state = graph.constant(zeros, [1, heads, keyDim, valueDim], "float32");
    const outputs = Array.from({ length: sequence }, (_, i) => {
      const own = values.map(([name, value]) => [name, ops.slice(value, 2, i, i + 1)] as const);
      const one = Object.fromEntries(own) as Record<keyof Tokens, Value>;
      const step = deltaRuleStep({ ...one, state, segments: null });
      state = step.state;
      return step.output;
    });
    return ops.concat([flat(ops.concat(outputs, 2)), flat(state)], 0);
  });
}

/** @param decay of each token; @param alike whether all keys are one. */
function tokensOf(sequence: number, decay: (i: number) => number, alike: boolean): Tokens {
  const random = seedrandom("tokens");
  const draw = (size: number) => Float32Array.from({ length: size }, () => 2 * random() - 1);
  const key = draw(heads * sequence * keyDim);
  for (let row = 0; row < heads * sequence; row++) {
    const own = key.subarray(row * keyDim, (row + 1) * keyDim);
    if (alike) own.set(key.subarray(0, keyDim));
    const length = Math.hypot(...own);
    for (let i = 0; i < keyDim; i++) own[i]! /= length;
  }
  return {
    query: draw(heads * sequence * keyDim),
    key,
    value: draw(heads * sequence * valueDim),
    rate: draw(heads * sequence).map((value) => 0.5 + value / 2),
    logDecay: Float32Array.from({ length: heads * sequence }, (_, i) => decay(i % sequence)),
  };
}

for (const [name, decay, alike] of [
  ["that decay a little", (i: number) => -0.02 * (i % 5), false],
  ["that decay at once and not at all", (i: number) => (i % 3 === 0 ? -30 : 0), false],
  ["with one key, of which nothing decays", () => 0, true],
] as const) {
  test(`tokens ${name}: chunks give what single tokens give, over the bounds of chunks`, () => {
    for (const sequence of [1, 64, 130]) {
      const tokens = tokensOf(sequence, decay, alike);
      const steps = ruleOf(tokens, sequence, "steps");
      const difference = largestDifference(ruleOf(tokens, sequence, "chunks"), steps);
      assert.ok(steps.every(Number.isFinite));
      assert.ok(difference < 2e-5, `${sequence} tokens differ by ${difference}`);
    }
  });
}

const long = { ...deltaLike, contextLength: 256 };

function logitsOfRow(model: Model, tokens: readonly number[], segments: readonly number[]) {
  const shape = [1, tokens.length];
  const positions = segments.map((segment, i) => i - segments.indexOf(segment));
  const program = model.programs.get(`row of ${tokens.length}`, (graph) => {
    const { weights } = model.weightsIn(graph);
    const input = (name: string) => graph.input(name, shape, "int32");
    const { hidden } = decoder(model.config, weights, {
      tokens: input("tokens"),
      positions: input("positions"),
      segments: input("segments"),
      caches: null,
    });
    graph.output("logits", head(model.config, weights, hidden));
  });
  const feed = (values: readonly number[]) =>
    engine.buffer({ dtype: "int32", shape }, Int32Array.from(values));
  const fed = { tokens: feed(tokens), positions: feed(positions), segments: feed(segments) };
  const result = engine.buffer({
    dtype: "float32",
    shape: [...shape, model.config.vocabularySize],
  });
  program.run({ ...model.parameterBuffers, ...fed }, { logits: result });
  const found = (result.read() as Float32Array).slice();
  for (const buffer of [...Object.values(fed), result]) buffer.dispose();
  return found;
}

test("a packed sequence sees nothing of those before it, to the last bit, wherever chunks end", () => {
  const model = new Model(engine, long, initialWeights(long, { seed: 4, std: 0.3 }));
  const size = long.vocabularySize;
  // Bounds within a chunk, at one, and a segment over several.
  const lengths = [10, 54, 1, 2, 100, 13];
  const segments = lengths.flatMap((length, i) => new Array<number>(length).fill(i + 1));
  const random = seedrandom("packed");
  const draw = () => Array.from(segments, () => Math.floor(random() * size));
  const [first, second] = [draw(), draw()] as const;
  let start = 0;
  for (const [i, length] of lengths.entries()) {
    const own = (at: number) => at >= start && at < start + length;
    const [left, right] = [first, second].map((others) =>
      logitsOfRow(
        model,
        others.map((id, at) => (own(at) ? first[at]! : id)),
        segments,
      ).slice(start * size, (start + length) * size),
    ) as [Float32Array, Float32Array];
    assert.equal(left, right, `segment ${i + 1}`);
    const alone = logits(model, [first.slice(start, start + length)]);
    assert.ok(largestDifference(left, alone) < 2e-5, `segment ${i + 1} alone`);
    start += length;
  }
  model.dispose();
});

test("a row that waits keeps its state, and a prompt's padding leaves none", () => {
  const model = new Model(engine, long, initialWeights(long, { seed: 4, std: 0.3 }));
  const session = new DecodingSession(model, { batch: 2, capacity: 32 });
  session.prefill([[1, 2, 3, 4, 5, 6, 7], [8]]);
  session.step(Int32Array.of(3, 9));
  for (const id of [11, 12, 13]) session.step(Int32Array.of(id, id), Uint8Array.of(0, 1));
  const found = session.step(Int32Array.of(14, 10)).slice(long.vocabularySize);
  session.dispose();
  const whole = logits(model, [[8, 9, 10]]).slice(2 * long.vocabularySize);
  assert.ok(largestDifference(found, whole) < 2e-5);
  model.dispose();
});

test("drafts are refused, since a state cannot forget them", () => {
  const config = { ...long, future: { kind: "sequential", count: 1 } } as const;
  const model = new Model(engine, config, initialWeights(config, { seed: 4 }));
  assert.throws(
    () => new SpeculativeSession(model, { batch: 1, capacity: 16, drafts: 1 }),
    /layers that carry a state, .*: generate without drafts/,
  );
  model.dispose();
});

test("Qwen3.5's checkpoints that read pictures too are read as their text, and saved as it", () => {
  const { checkpoint, logits: expected, expected: rest } = loadGolden(decodersFolder, "qwen3.5");
  const { model_type: _type, architectures: _names, ...text } = checkpoint.config;
  const inner = (name: string) => name.replace("model.language_model.", "model.");
  const outer = [...checkpoint.model.tensors].map(
    ([name, tensor]) => [name.replace(/^model\./, "model.language_model."), tensor] as const,
  );
  const reader = {
    tensors: new Map([
      ...outer,
      ["model.visual.patch_embed.proj.weight", outer[0]![1]],
      ["mtp.fc.weight", outer[0]![1]],
    ]),
    readFloat32: (name: string, options?: object) =>
      checkpoint.model.readFloat32(inner(name), options),
    readInto: (name: string, target: Uint8Array, range: { start: number; end: number }) =>
      checkpoint.model.readInto(inner(name), target, range),
  } as unknown as typeof checkpoint.model;
  const config = {
    architectures: ["Qwen3_5ForConditionalGeneration"],
    model_type: "qwen3_5",
    text_config: { model_type: "qwen3_5_text", ...text },
    vision_config: { depth: 2 },
    image_token_id: 5,
  };
  const model = modelFromCheckpoint(engine, { ...checkpoint, config, model: reader });
  assert.ok(largestDifference(logits(model, rest.tokens), expected) < 1e-4);
  assert.is(familyFor(model.config).modelType, "qwen3_5_text");
  assert.match(String(whyNot(familyOf(config), model.config)), /its text alone is qwen3_5_text/);
  model.dispose();
});

test("what Qwen3.5's config.json leaves out, and what is refused", () => {
  const plain = {
    model_type: "qwen3_5_text",
    vocab_size: 40,
    hidden_size: 16,
    intermediate_size: 20,
    num_hidden_layers: 8,
    num_attention_heads: 4,
    max_position_embeddings: 64,
  };
  const read = (json: object) =>
    familyOf({ model_type: "qwen3_5_text" }).readConfig({ ...plain, ...json });
  const { gatedDelta, rope, headDim, kvHeads } = read({});
  assert.equal(gatedDelta?.layers, [0, 1, 2, 4, 5, 6]);
  assert.equal([rope.share, headDim, kvHeads, gatedDelta?.valueHeads], [0.25, 256, 4, 32]);
  assert.equal(read({ full_attention_interval: 2 }).gatedDelta?.layers, [0, 2, 4, 6]);
  const refuses = (json: object, pattern: RegExp) =>
    assert.throws(
      () => read(json),
      (error: unknown) => error instanceof FamilyError && pattern.test(error.message),
    );
  refuses({ layer_types: ["full_attention"] }, /layer_types lists 1 layers/);
  refuses({ attn_output_gate: false }, /attn_output_gate is false/);
  refuses({ num_experts: 8 }, /num_experts is 8/);
  refuses({ mlp_only_layers: [1] }, /mlp_only_layers/);
  const other = { ...llamaLike, gatedDelta: deltaLike.gatedDelta };
  assert.is(familyFor(other).modelType, "pathloom", "without a gate it is no Qwen3.5");
});

test.run();
