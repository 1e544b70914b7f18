/**
 * Collects the ONNX nodes of one model while a graph is lowered: gives tensors their names and keeps
 * one initializer for each distinct constant.
 */
import {
  bytesPerElement,
  type Shape,
  type TensorData,
  type TensorType,
} from "../../graph/index.ts";
import type { Tuning } from "../tuning.ts";
import type {
  OnnxAttribute,
  OnnxInitializer,
  OnnxModel,
  OnnxNode,
  OnnxType,
  OperationDomain,
  TensorName,
} from "./model.ts";
import type { Operators } from "./operators.ts";
import { Views } from "./views.ts";

export type { TensorName };

type AttributeLiteral =
  | number
  | boolean
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly graph: OnnxModel };

export interface NodeOptions {
  /** Numbers and booleans are ints; a float is written `{ float: 0.5 }`. */
  readonly attributes?: Readonly<Record<string, AttributeLiteral>>;
  readonly domain?: OperationDomain;
  /** Tensors that a graph among the attributes reads from around it. */
  readonly captured?: readonly TensorName[];
}

/** Up to this size equal constants are found and shared. */
const sharedConstantBytes = 1024;

/** What lowerings may use, and by which sizes they choose. */
export interface LoweringTarget {
  /** Of the runtime's own operators: those that it has. */
  readonly operators: Operators;
  readonly tuning: Tuning;
}

export class ModelWriter {
  readonly target: LoweringTarget;
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly views = new Views();
  readonly #shared = new Map<string, TensorName>();
  readonly #prefix: string;
  #label = "";
  #nextId = 0;

  /** @param prefix of all names: a graph within a node's attributes must not repeat those around it. */
  constructor(target: LoweringTarget, prefix = "") {
    this.target = target;
    this.#prefix = prefix;
  }

  /** What the nodes added from now on are called in profiles, as `layers.0/attention/matmul`. */
  label(label: string): void {
    this.#label = label;
  }

  /** For the names of a graph within the next node's attributes. */
  innerPrefix(): string {
    return `${this.#prefix}${this.#nextId}/`;
  }

  /** For the nodes of such a graph. */
  inner(prefix: string): ModelWriter {
    return new ModelWriter(this.target, prefix);
  }

  /** Adds a node with one result. */
  node(operation: string, inputs: readonly TensorName[], options: NodeOptions = {}): TensorName {
    return this.nodeWithOutputs(operation, inputs, 1, options)[0]!;
  }

  nodeWithOutputs(
    operation: string,
    inputs: readonly TensorName[],
    outputCount: number,
    options: NodeOptions = {},
  ): TensorName[] {
    const id = this.#nextId++;
    const outputs = Array.from(
      { length: outputCount },
      (_, i) => `%${this.#prefix}${id}${i > 0 ? `.${i}` : ""}`,
    );
    this.nodes.push({
      name: `${this.#prefix}${id} ${this.#label}`,
      operation,
      domain: options.domain ?? "",
      inputs,
      outputs,
      attributes: toAttributes(options.attributes ?? {}),
      captured: options.captured ?? [],
    });
    return outputs;
  }

  constant(data: TensorData, type: TensorType): TensorName {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return this.#initializer(bytes, type.dtype, type.shape);
  }

  /** Sizes, axes and the like: a list unless a shape is given. */
  integers(values: readonly number[], shape: Shape = [values.length]): TensorName {
    const data = BigInt64Array.from(values, BigInt);
    return this.#initializer(new Uint8Array(data.buffer), "int64", shape);
  }

  float(value: number): TensorName {
    return this.constant(Float32Array.of(value), { dtype: "float32", shape: [] });
  }

  /** A scalar zero of the type. */
  zero(type: TensorType["dtype"]): TensorName {
    return this.#initializer(new Uint8Array(bytesPerElement[type]), type, []);
  }

  #initializer(bytes: Uint8Array, type: OnnxType, shape: Shape): TensorName {
    const key =
      bytes.byteLength <= sharedConstantBytes
        ? `${type}[${shape.join()}]${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`
        : undefined;
    const existing = key === undefined ? undefined : this.#shared.get(key);
    if (existing !== undefined) return existing;
    const name = `#${this.#prefix}${this.initializers.length}`;
    this.initializers.push({ name, type, shape, bytes });
    if (key !== undefined) this.#shared.set(key, name);
    return name;
  }
}

function toAttributes(
  literals: Readonly<Record<string, AttributeLiteral>>,
): Record<string, OnnxAttribute> {
  return Object.fromEntries(
    Object.entries(literals).map(([name, literal]) => [name, toAttribute(literal)]),
  );
}

function toAttribute(literal: AttributeLiteral): OnnxAttribute {
  if (typeof literal === "number") return { kind: "int", value: literal };
  if (typeof literal === "boolean") return { kind: "int", value: literal ? 1 : 0 };
  if (typeof literal === "string") return { kind: "string", value: literal };
  if ("float" in literal) return { kind: "float", value: literal.float };
  if ("graph" in literal) return { kind: "graph", value: literal.graph };
  return { kind: "ints", value: literal };
}
