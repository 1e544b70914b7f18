/** A language model of one block, trained for some steps: the same on every engine, and exactly. */
import {
  type Buffer,
  type Engine,
  Graph,
  gradients,
  ops,
  type TensorData,
  type Value,
} from "../../../engine/index.ts";
import { evaluate, expandComposites } from "../../../engine/passes/index.ts";
import { randomFloats } from "../finite-differences.ts";

const [batch, sequenceLength, width, heads, vocabulary] = [2, 9, 8, 2, 13] as const;

const parameterShapes: Readonly<Record<string, readonly number[]>> = {
  embedding: [vocabulary, width],
  gain: [width],
  bias: [width],
  attention: [3 * width, width],
  projection: [width, width],
  up: [2 * width, width],
  down: [width, 2 * width],
};

/** Causal attention and a feed-forward layer, with the head tied to the embedding. */
function lossOf(p: Readonly<Record<string, Value>>, ids: Value, targets: Value): Value {
  const x = ops.embedding(p.embedding!, ids);
  const packed = ops.linear(ops.layerNorm(x, p.gain!, p.bias!, 1e-5), p.attention!);
  const [query, key, value] = [0, 1, 2].map((i) => {
    const part = ops.slice(packed, 2, i * width, (i + 1) * width);
    return ops.transpose(
      ops.reshape(part, [batch, sequenceLength, heads, width / heads]),
      [0, 2, 1, 3],
    );
  });
  const seen = ops.causalAttention({ query: query!, key: key!, value: value! });
  const merged = ops.reshape(ops.transpose(seen, [0, 2, 1, 3]), [batch, sequenceLength, width]);
  const attended = ops.add(x, ops.linear(merged, p.projection!));
  const wide = ops.linear(ops.layerNorm(attended, p.gain!, p.bias!, 1e-5), p.up!);
  const hidden = ops.add(attended, ops.linear(ops.gelu(wide), p.down!));
  const rows = ops.reshape(hidden, [batch * sequenceLength, width]);
  const { lossSum, count } = ops.softmaxCrossEntropy(ops.linear(rows, p.embedding!), targets);
  return ops.divide(lossSum, ops.maximum(count, 1));
}

/** One step: state in, state out under the same names, and the loss before it. */
export function trainingGraph(): Graph {
  const graph = new Graph();
  const ids = graph.input("ids", [batch, sequenceLength], "int32");
  const targets = graph.input("targets", [batch * sequenceLength], "int32");
  const names = Object.keys(parameterShapes);
  const state = (name: string) => graph.input(name, parameterShapes[name.replace(/^[mv]\./, "")]!);
  const parameters = Object.fromEntries(names.map((name) => [name, state(name)]));
  const loss = lossOf(parameters, ids, targets);
  const found = gradients(loss, Object.values(parameters));
  graph.output("loss", loss);
  for (const [i, name] of names.entries()) {
    const next = ops.adamwStep({
      parameter: parameters[name]!,
      gradient: found[i]!,
      m: state(`m.${name}`),
      v: state(`v.${name}`),
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-6,
      weightDecay: 0.01,
      biasCorrection1: 1,
      biasCorrection2: 1,
      gradientScale: 1,
    });
    graph.output(name, next.parameter);
    graph.output(`m.${name}`, next.m);
    graph.output(`v.${name}`, next.v);
  }
  return graph;
}

/** Each token follows from the one before it; the last target of each row is ignored. */
function dataset(): Record<string, TensorData> {
  const ids = Int32Array.from(
    { length: batch * sequenceLength },
    (_, i) => ((i % sequenceLength) * 5 + i * 3) % vocabulary,
  );
  const targets = ids.map((_, i) =>
    i % sequenceLength === sequenceLength - 1 ? -100 : ids[i + 1]!,
  );
  return { ids, targets };
}

function initialState(graph: Graph): Record<string, TensorData> {
  const entries = [...graph.inputs].map(([name, { shape }], i): [string, TensorData] => {
    const size = shape.reduce((n, each) => n * each, 1);
    if (/^[mv]\./.test(name)) return [name, new Float32Array(size)];
    const isGain = name === "gain";
    return [name, randomFloats(size, 80 + i, isGain ? [1, 1.0001] : [-0.4, 0.4])];
  });
  return { ...Object.fromEntries(entries), ...dataset() };
}

export interface Training {
  readonly losses: readonly number[];
  readonly state: Readonly<Record<string, TensorData>>;
}

/** The state stays on the engine and is updated in place. */
export function train(engine: Engine, steps: number): Training {
  const graph = trainingGraph();
  const state = initialState(graph);
  const kept = [...graph.outputs.keys()].filter((name) => graph.inputs.has(name));
  const donate = Object.fromEntries(kept.map((name) => [name, name]));
  const program = engine.compile(graph, { name: "train", donate });
  const inputs: Record<string, Buffer> = {};
  for (const [name, { type }] of graph.inputs) inputs[name] = engine.buffer(type, state[name]!);
  const loss = engine.buffer({ dtype: "float32", shape: [] });
  const outputs = { loss, ...Object.fromEntries(kept.map((name) => [name, inputs[name]!])) };
  const losses = Array.from({ length: steps }, () => {
    program.run(inputs, outputs);
    return loss.read()[0]!;
  });
  const final = Object.fromEntries(kept.map((name) => [name, inputs[name]!.read().slice()]));
  for (const buffer of [...Object.values(inputs), loss]) buffer.dispose();
  program.dispose();
  return { losses, state: final };
}

/** The same in double precision. */
export function trainExactly(steps: number): number[] {
  const graph = trainingGraph();
  const step = expandComposites(graph);
  let state: Record<string, TensorData | Float64Array> = initialState(graph);
  return Array.from({ length: steps }, () => {
    const { loss, ...next } = evaluate(step, state as Record<string, TensorData>);
    state = { ...state, ...next };
    return loss![0]!;
  });
}
