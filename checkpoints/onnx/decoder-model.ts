/**
 * A decoder as an ONNX model in the layout that transformers.js, Optimum and onnxruntime-genai's users
 * know: `input_ids`, `attention_mask`, `position_ids` and `past_key_values.<layer>.{key,value}` to
 * `logits` and `present.<layer>.{key,value}`, for any number of sequences and tokens.
 */
import {
  type OnnxModel,
  type OnnxPort,
  type OnnxWriter,
  type Prelude,
  portableModel,
  type Sizes,
  type TensorName,
  typeCodeOf,
} from "../../engine/index.ts";
import { type DecoderConfig, decoderSpecs, joinedGraph } from "../../models/index.ts";

const batch = "batch_size";
const sequence = "sequence_length";
const past = "past_sequence_length";
const total = "total_sequence_length";

/** Primes, and apart from each other, so that no product of one set is a product of another. */
const sets: readonly Sizes[] = [
  [3, 7, 11],
  [13, 19, 29],
  [23, 37, 53],
].map(([ofBatch, ofSequence, ofPast]) => ({
  [batch]: ofBatch!,
  [sequence]: ofSequence!,
  [past]: ofPast!,
  [total]: ofPast! + ofSequence!,
}));

const ports: readonly OnnxPort[] = [
  { name: "input_ids", type: "int64", shape: [batch, sequence] },
  { name: "attention_mask", type: "int64", shape: [batch, total] },
  { name: "position_ids", type: "int64", shape: [batch, sequence] },
];

/** Without its weights, which are its `constants` under the names of `parameterSpecs`. */
export function decoderModel(config: DecoderConfig): OnnxModel {
  return portableModel({
    name: "decoder",
    sets,
    build: (sizes) =>
      joinedGraph(config, {
        batch: sizes[batch]!,
        sequence: sizes[sequence]!,
        past: sizes[past]!,
      }),
    weights: new Set(decoderSpecs(config).map(({ name }) => name)),
    ports,
    prelude: (writer) => prelude(writer, config),
  });
}

function prelude(writer: OnnxWriter, config: DecoderConfig): Prelude {
  const sizeOf = (input: TensorName, axis: number) =>
    writer.node("Shape", [input], { attributes: { start: axis, end: axis + 1 } });
  const cast = (input: TensorName, type: "int32" | "bool") =>
    writer.node("Cast", [input], { attributes: { to: typeCodeOf(type) } });
  const ofBatch = sizeOf("input_ids", 0);
  const ofSequence = sizeOf("input_ids", 1);
  const ofPast = sizeOf("past_key_values.0.key", 2);
  const ofTotal = writer.node("Add", [ofPast, ofSequence]);
  const scalar = (size: TensorName) => writer.node("Squeeze", [size, writer.integers([0])]);
  const [zero, one] = [scalar(writer.integers([0])), scalar(writer.integers([1]))];
  const placesFrom = (first: TensorName) =>
    cast(writer.node("Range", [first, scalar(ofTotal), one]), "int32");
  const inputs = new Map([
    ["tokens", cast("input_ids", "int32")],
    ["positions", cast("position_ids", "int32")],
    ["present", cast("attention_mask", "bool")],
    ["placesOfQueries", placesFrom(scalar(ofPast))],
    ["placesOfKeys", placesFrom(zero)],
  ]);
  if (config.positions === "alibi") {
    const counted = writer.node("CumSum", ["attention_mask", one]);
    inputs.set("positionsOfKeys", cast(writer.node("Sub", [counted, one]), "int32"));
  }
  return {
    sizes: new Map([
      [batch, ofBatch],
      [sequence, ofSequence],
      [past, ofPast],
      [total, ofTotal],
    ]),
    inputs,
  };
}
