/** Decoders above 2 GB: weights are inputs, and a model's file holds none of them. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError, Graph, ops } from "../../../engine/index.ts";
import { OnnxEngine } from "../../../engine/onnx/index.ts";
import { lowerGraph } from "../../../engine/onnx/lower/lower.ts";
import { lowers } from "../../../engine/onnx/lower/lowerings/index.ts";
import { modelFile } from "../../../engine/onnx/lower/model-file.ts";
import { prepare } from "../../../engine/passes/index.ts";
import { type DecoderConfig, parameterCount } from "../../../models/index.ts";
import { stepGraph } from "../../../trainers/index.ts";
import { llamaLike } from "../../models/configs.ts";
import { report } from "../../testing/report.ts";

/** Llama 3.2 1B's, but for the scaling of its angles. */
const billion: DecoderConfig = {
  ...llamaLike,
  layers: 16,
  hiddenSize: 2048,
  heads: 32,
  kvHeads: 8,
  headDim: 64,
  intermediateSize: 8192,
  vocabularySize: 128_256,
  contextLength: 131_072,
  tieEmbeddings: true,
};

function fileOf(graph: Graph, most?: number): Uint8Array {
  const settings = { constants: new Set<string>() };
  return modelFile(lowerGraph(prepare(graph, { lowers }), "step", settings), "", most);
}

test("a training step of a decoder of 4.9 GB is a small file, and the runtime takes it", () => {
  const graph = stepGraph(billion, { batchSize: 1, sequenceLength: 512 }, "all");
  const weights = 4 * parameterCount(billion);
  assert.is(weights, 4_943_257_600);
  const { byteLength } = fileOf(graph);
  assert.ok(byteLength < 4e6, `${byteLength} bytes`);
  report(`a step over ${weights} bytes of weights is a model of ${byteLength} bytes`);
  const engine = new OnnxEngine({ threads: 2 });
  assert.ok(engine.compile(graph).operations > 1000);
  engine.dispose();
});

test("constants that no file can hold are refused, with what to do", () => {
  const graph = new Graph();
  const table = graph.constant(new Float32Array(1000), [1000], "float32");
  graph.output("out", ops.add(graph.input("x", [1000]), table));
  const { byteLength } = fileOf(graph);
  assert.ok(byteLength > 4000);
  assert.is(fileOf(graph, byteLength).byteLength, byteLength);
  try {
    fileOf(graph, byteLength - 1);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, EngineError);
    const said = `step: its constants take ${byteLength} bytes, more than an ONNX model holds; make them inputs`;
    assert.is((error as Error).message, said);
  }
});

test.run();
