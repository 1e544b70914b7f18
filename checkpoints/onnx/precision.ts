/**
 * The weights of an ONNX model, in the precisions for which transformers.js has names. Arithmetic is
 * float32's in all; what is kept in fewer bits is widened in the file, by operators of the standard that
 * runtimes fold into the product behind them:
 * - `fp32`;
 * - `fp16`: matrices rounded to half precision;
 * - `q8`: matrices in blocks of 32 of a column, each with a scale, in 8 bits; the table of tokens by rows;
 * - `q4`: the same in 4 bits, but for the table of tokens, which stays in 8.
 */
import {
  type OnnxInitializer,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensorType,
  type OnnxType,
  renameTensors,
  typeCodeOf,
} from "../../engine/index.ts";
import { encodeFloats } from "../safetensors/index.ts";
import { quantizeColumns, quantizeRows, transposed } from "./quantize.ts";

export const onnxDtypes = ["fp32", "fp16", "q8", "q4"] as const;

/** As transformers.js calls them. */
export type OnnxDtype = (typeof onnxDtypes)[number];

/** The file of each in the folder `onnx`. */
export const onnxFiles: Readonly<Record<OnnxDtype, string>> = {
  fp32: "model.onnx",
  fp16: "model_fp16.onnx",
  q8: "model_quantized.onnx",
  q4: "model_q4.onnx",
};

const bitsOf = { q8: 8, q4: 4 } as const;

/** @param weights by the names of the model's constants. */
export function withWeights(
  model: OnnxModel,
  weights: ReadonlyMap<string, Float32Array>,
  dtype: OnnxDtype,
): OnnxModel {
  const parts = (model.constants ?? []).map((tensor) =>
    new WeightWriter(tensor, weights.get(tensor.name)!, model.nodes, dtype).write(),
  );
  const replaced = new Map(parts.flatMap((part) => part.replaced));
  const renamed = new Map(parts.flatMap((part) => part.renamed));
  const nodes = model.nodes.flatMap((node) => replaced.get(node) ?? [node]);
  return {
    ...model,
    constants: [],
    nodes: [...parts.flatMap((part) => part.nodes), ...renameTensors(nodes, renamed)],
    initializers: [...model.initializers, ...parts.flatMap((part) => part.initializers)],
  };
}

/** What takes the place of a weight. */
interface WrittenWeight {
  readonly initializers: readonly OnnxInitializer[];
  /** Of constants alone, for the beginning. */
  readonly nodes: readonly OnnxNode[];
  /** Nodes, and what stands in their places. */
  readonly replaced: readonly (readonly [OnnxNode, readonly OnnxNode[]])[];
  /** Tensors that others stand for. */
  readonly renamed: readonly (readonly [from: string, to: string])[];
}

class WeightWriter {
  readonly #tensor: OnnxTensorType;
  readonly #values: Float32Array;
  readonly #dtype: OnnxDtype;
  /** Where it is turned, to be the second operand of products. */
  readonly #turned: OnnxNode | undefined;
  /** Where its rows are looked up. */
  readonly #lookedUp: OnnxNode | undefined;
  readonly #initializers: OnnxInitializer[] = [];
  readonly #nodes: OnnxNode[] = [];
  readonly #replaced: [OnnxNode, readonly OnnxNode[]][] = [];
  readonly #renamed: [string, string][] = [];

  constructor(
    tensor: OnnxTensorType,
    values: Float32Array,
    nodes: readonly OnnxNode[],
    dtype: OnnxDtype,
  ) {
    const reads = (operation: string) =>
      nodes.find((node) => node.operation === operation && node.inputs[0] === tensor.name);
    this.#tensor = tensor;
    this.#values = values;
    this.#dtype = dtype;
    this.#turned = tensor.shape.length === 2 ? reads("Transpose") : undefined;
    this.#lookedUp = reads("Gather");
  }

  write(): WrittenWeight {
    const { name, shape } = this.#tensor;
    const isQuantized = this.#dtype === "q8" || this.#dtype === "q4";
    // Tables of positions are small, and rounding them shifts every token alike.
    const isTable = this.#lookedUp !== undefined && name === tokenTable;
    if (isQuantized && (this.#turned !== undefined || isTable)) {
      if (this.#turned !== undefined) this.#product(this.#turned);
      if (this.#lookedUp !== undefined) this.#table(this.#lookedUp);
    } else if (this.#turned !== undefined && this.#lookedUp === undefined) {
      const [outputs, inputs] = shape as [number, number];
      this.#replace(this.#turned, name);
      this.#plain(name, [inputs, outputs], transposed(this.#values, outputs, inputs));
    } else this.#plain(name, shape, this.#values);
    return {
      initializers: this.#initializers,
      nodes: this.#nodes,
      replaced: this.#replaced,
      renamed: this.#renamed,
    };
  }

  /** As it is, in half precision for fp16; vectors stay float32. */
  #plain(name: string, shape: readonly number[], values: Float32Array): void {
    if (this.#dtype === "fp32" || shape.length < 2) {
      this.#initializer(name, "float32", shape, bytesOf(values));
      return;
    }
    const half = `${name}.half`;
    this.#initializer(half, "float16", shape, encodeFloats("F16", values));
    this.#nodes.push(plainNode("Cast", [half], name, toFloat32));
  }

  /** The second operand of products, `[inputs, outputs]`. */
  #product(turned: OnnxNode): void {
    const { name, shape } = this.#tensor;
    const [outputs, inputs] = shape as [number, number];
    const bits = bitsOf[this.#dtype as "q8" | "q4"];
    const block = blockFor(inputs);
    const product = `${name}.product`;
    this.#replace(turned, product);
    const columns = transposed(this.#values, outputs, inputs);
    if (block === null) {
      this.#initializer(product, "float32", [inputs, outputs], bytesOf(columns));
      return;
    }
    const { codes, scales } = quantizeColumns(columns, inputs, outputs, block, bits);
    this.#initializer(`${product}.codes`, bits === 8 ? "int8" : "int4", [inputs, outputs], codes);
    this.#initializer(`${product}.scales`, "float32", [inputs / block, outputs], bytesOf(scales));
    const attributes = { ...firstAxis, block_size: { kind: "int", value: block } } as const;
    const inputsOf = [`${product}.codes`, `${product}.scales`];
    this.#nodes.push(plainNode("DequantizeLinear", inputsOf, product, attributes));
  }

  /** Rows by id: codes and scales are looked up, and multiplied. */
  #table(lookedUp: OnnxNode): void {
    const { name, shape } = this.#tensor;
    const [rows, columns] = shape as [number, number];
    const { codes, scales } = quantizeRows(this.#values, rows, columns);
    this.#initializer(`${name}.codes`, "int8", [rows, columns], codes);
    this.#initializer(`${name}.scales`, "float32", [rows, 1], bytesOf(scales));
    const ids = lookedUp.inputs[1]!;
    const part = (of: string) => `${name}.${of}.found`;
    this.#replace(lookedUp, `${name}.found`, [
      plainNode("Gather", [`${name}.codes`, ids], part("codes"), firstAxis),
      plainNode("Gather", [`${name}.scales`, ids], part("scales"), firstAxis),
      plainNode("Cast", [part("codes")], part("numbers"), toFloat32),
      plainNode("Mul", [part("numbers"), part("scales")], `${name}.found`),
    ]);
  }

  #replace(node: OnnxNode, by: string, nodes: readonly OnnxNode[] = []): void {
    this.#replaced.push([node, nodes]);
    this.#renamed.push([node.outputs[0]!, by]);
  }

  #initializer(name: string, type: OnnxType, shape: readonly number[], bytes: Uint8Array): void {
    this.#initializers.push({ name, type, shape, bytes });
  }
}

const tokenTable = "embedding.weight";
const firstAxis = { axis: { kind: "int", value: 0 } } as const;
const toFloat32 = { to: { kind: "int", value: typeCodeOf("float32") } } as const;

function plainNode(
  operation: string,
  inputs: readonly string[],
  output: string,
  attributes: OnnxNode["attributes"] = {},
): OnnxNode {
  const name = `${output} ${operation}`;
  return { name, operation, domain: "", inputs, outputs: [output], attributes, captured: [] };
}

/** The runtimes' kernels take blocks from 16 on; null where none fits. */
function blockFor(inputs: number): 32 | 16 | null {
  if (inputs % 32 === 0) return 32;
  return inputs % 16 === 0 ? 16 : null;
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
