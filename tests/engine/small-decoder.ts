/** A decoder of two layers with every kind of composite in it, its loss and all gradients, in one graph. */
import { Graph, gradients, ops, sizeOf, type Value } from "../../engine/index.ts";
import { randomFloats } from "./finite-differences.ts";

export function smallDecoder(): Graph {
  const graph = new Graph();
  const [batch, sequenceLength, heads, kv, headDim, vocabulary] = [2, 7, 4, 2, 4, 11];
  const width = heads * headDim;
  const parameters: Value[] = [];
  const parameter = (name: string, ...shape: number[]) => {
    const value = graph.input(name, shape);
    parameters.push(value);
    return value;
  };
  const ids = graph.input("ids", [batch, sequenceLength], "int32");
  const segments = graph.input("segments", [batch, sequenceLength], "int32");
  const targets = graph.input("targets", [batch * sequenceLength], "int32");
  const table = parameter("table", vocabulary, width);
  let x = ops.embedding(table, ids);
  const split = (value: Value, count: number) =>
    ops.transpose(ops.reshape(value, [batch, sequenceLength, count, headDim]), [0, 2, 1, 3]);
  const project = (name: string, input: Value, out: number) =>
    ops.linear(input, parameter(name, out, input.shape[2]!), parameter(`${name} bias`, out));
  for (const layer of [0, 1]) {
    x = graph.scope(`layers.${layer}`, () => {
      const normal = ops.layerNorm(
        x,
        parameter(`gain ${layer}`, width),
        parameter(`shift ${layer}`, width),
        1e-5,
      );
      const attended = ops.causalAttention({
        query: split(project(`query ${layer}`, normal, width), heads),
        key: split(project(`key ${layer}`, normal, kv * headDim), kv),
        value: split(project(`value ${layer}`, normal, kv * headDim), kv),
        segments,
        blockSize: 3,
      });
      const joined = ops.reshape(ops.transpose(attended, [0, 2, 1, 3]), [
        batch,
        sequenceLength,
        width,
      ]);
      const between = ops.add(x, project(`out ${layer}`, joined, width));
      const scaled = ops.rmsNorm(between, parameter(`root gain ${layer}`, width), 1e-6);
      const gated = ops.multiply(
        ops.silu(project(`gate ${layer}`, scaled, 9)),
        project(`up ${layer}`, scaled, 9),
      );
      return ops.add(between, project(`down ${layer}`, ops.geluNew(gated), width));
    });
  }
  const rows = ops.reshape(x, [batch * sequenceLength, width]);
  const { lossSum, count } = ops.linearCrossEntropy(rows, table, targets, { chunks: 3 });
  const loss = ops.divide(lossSum, count);
  graph.output("loss", loss);
  const results = gradients(loss, parameters);
  for (const [i, value] of parameters.entries()) {
    graph.output(`gradient of ${String(value.node.attributes.name)}`, results[i]!);
  }
  return graph;
}

/** Numbers for its inputs: two segments a row, a fifth of the targets ignored. */
export function smallDecoderFeeds(graph: Graph): Record<string, Float32Array | Int32Array> {
  return Object.fromEntries(
    [...graph.inputs].map(([name, { shape, dtype }], seed) => {
      const floats = randomFloats(sizeOf(shape), seed + 1, [-0.5, 0.5]);
      if (dtype === "float32") return [name, floats];
      if (name === "segments") return [name, Int32Array.from(floats, (_, i) => Math.floor(i / 4))];
      const ignoreIndex = (i: number) => name === "targets" && i % 5 === 0;
      return [name, Int32Array.from(floats, (_, i) => (ignoreIndex(i) ? -100 : i % 11))];
    }),
  );
}
