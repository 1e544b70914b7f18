/**
 * ONNX as data: nodes that pass named tensors to each other, and the file that holds them.
 * Field numbers and codes: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import type { DType, Shape } from "../../graph/index.ts";
import { ProtobufMessage } from "./protobuf.ts";

/**
 * Element types of the graph language, the 64-bit integers in which ONNX wants sizes and axes, and those
 * in which files for other runtimes keep weights.
 */
export type OnnxType = DType | "int64" | "float16" | "int8" | "int4";

const typeCode: Readonly<Record<OnnxType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
  int4: 22,
};

/** A name of a tensor in the model. */
export type TensorName = string;

export const typeCodeOf = (type: OnnxType): number => typeCode[type];

export type OnnxAttribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "graph"; readonly value: OnnxModel };

/** The standard's own operations, those that the runtime adds, and those on its layout for pictures. */
export type OperationDomain = "" | "com.microsoft" | "com.microsoft.nchwc";

export interface OnnxNode {
  /** Shown in profiles and in the runtime's errors. */
  readonly name: string;
  readonly operation: string;
  readonly domain: OperationDomain;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  /** Tensors that a graph among the attributes reads from around it. */
  readonly captured: readonly string[];
}

/** A tensor that is part of the file. */
export interface OnnxInitializer {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: Shape;
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
  /** Where the bytes lie instead of in the model's own file. */
  readonly external?: { readonly file: string; readonly offset: number };
}

export interface OnnxTensorType {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: Shape;
}

export interface OnnxPort {
  readonly name: string;
  readonly type: OnnxType;
  /** A name stands for a size that is known only at the run. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  /** Tensors that the session is given when it is made, and keeps. */
  readonly constants?: readonly OnnxTensorType[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

const irVersion = 10;
/** Of the operations, by their domain. */
const versions = { "": 21, "com.microsoft": 1, "com.microsoft.nchwc": 1 } as const;
const attributeCode = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

/**
 * The file's bytes; the same model gives the same bytes.
 * @param givenPath name of a file in the folder that the session has for tensors outside the model: the
 * runtime wants one to be there, and does not read it where it is given the tensor.
 */
export function encodeModel(model: OnnxModel, constantsPath = ""): Uint8Array<ArrayBuffer> {
  const file = new ProtobufMessage()
    .integer(1, irVersion)
    .string(2, "pathloom")
    .message(7, encodeGraph(model, constantsPath));
  for (const [domain, version] of Object.entries(versions)) {
    if (domain !== "" && !usesDomain(model, domain)) continue;
    file.message(8, new ProtobufMessage().string(1, domain).integer(2, version));
  }
  return file.assemble();
}

function usesDomain({ nodes }: OnnxModel, domain: string): boolean {
  return nodes.some(
    (node) =>
      node.domain === domain ||
      Object.values(node.attributes).some(
        (attribute) => attribute.kind === "graph" && usesDomain(attribute.value, domain),
      ),
  );
}

function encodeGraph(model: OnnxModel, constantsPath = ""): ProtobufMessage {
  const graph = new ProtobufMessage();
  for (const node of model.nodes) graph.message(1, encodeNode(node));
  graph.string(2, model.name);
  for (const initializer of model.initializers) graph.message(5, encodeInitializer(initializer));
  for (const tensor of model.constants ?? [])
    graph.message(5, encodeConstant(tensor, constantsPath));
  for (const port of model.inputs) graph.message(11, encodePort(port));
  for (const port of model.outputs) graph.message(12, encodePort(port));
  return graph;
}

function encodeNode(node: OnnxNode): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const input of node.inputs) message.string(1, input);
  for (const output of node.outputs) message.string(2, output);
  message.string(3, node.name).string(4, node.operation);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message.message(5, encodeAttribute(name, attribute));
  }
  return message.string(7, node.domain);
}

function encodeAttribute(name: string, attribute: OnnxAttribute): ProtobufMessage {
  const message = new ProtobufMessage().string(1, name);
  if (attribute.kind === "float") message.float(2, attribute.value);
  else if (attribute.kind === "int") message.integer(3, attribute.value);
  else if (attribute.kind === "string") message.string(4, attribute.value);
  else if (attribute.kind === "graph") message.message(6, encodeGraph(attribute.value));
  else for (const value of attribute.value) message.integer(8, value);
  return message.integer(20, attributeCode[attribute.kind]);
}

function encodeInitializer(initializer: OnnxInitializer): ProtobufMessage {
  const { shape, type, name, bytes, external } = initializer;
  const tensor = new ProtobufMessage()
    .packedIntegers(1, shape)
    .integer(2, typeCode[type])
    .string(8, name);
  if (external === undefined) return tensor.bytes(9, bytes);
  const entries = { location: external.file, offset: external.offset, length: bytes.byteLength };
  for (const [key, value] of Object.entries(entries)) {
    tensor.message(13, new ProtobufMessage().string(1, key).string(2, String(value)));
  }
  return tensor.integer(14, externalData);
}

function encodeConstant({ name, type, shape }: OnnxTensorType, path: string): ProtobufMessage {
  const location = new ProtobufMessage().string(1, "location").string(2, path);
  return new ProtobufMessage()
    .packedIntegers(1, shape)
    .integer(2, typeCode[type])
    .string(8, name)
    .message(13, location)
    .integer(14, externalData);
}

const externalData = 1;

function encodePort(port: OnnxPort): ProtobufMessage {
  const shape = new ProtobufMessage();
  for (const size of port.shape) {
    const dimension = new ProtobufMessage();
    if (typeof size === "number") dimension.integer(1, size);
    else dimension.string(2, size);
    shape.message(1, dimension);
  }
  const tensor = new ProtobufMessage().integer(1, typeCode[port.type]).message(2, shape);
  return new ProtobufMessage()
    .string(1, port.name)
    .message(2, new ProtobufMessage().message(1, tensor));
}
