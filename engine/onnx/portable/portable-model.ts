/**
 * A graph as an ONNX model for any runtime: the standard's operators alone, and sizes that are given at
 * the run. The graph is lowered once for each of a few sets of sizes; the models must be the same but for
 * numbers that follow from the sizes, and those are computed in the file from the shapes of its inputs.
 */
import { EngineError } from "../../engine.ts";
import type { Graph } from "../../graph/index.ts";
import { prepare } from "../../passes/index.ts";
import {
  inputPort,
  lowerGraph,
  lowersWith,
  ModelWriter,
  type OnnxAttribute,
  type OnnxInitializer,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensorType,
  outputPort,
  renameTensors,
  type TensorName,
} from "../lower/index.ts";
import { tuningFor } from "../tuning.ts";
import { asProduct, type SizeProduct, type Sizes } from "./sizes.ts";

/** Adds nodes to a file. */
export interface OnnxWriter {
  /** A node of the standard's with one result. @returns its name */
  node(
    operation: string,
    inputs: readonly TensorName[],
    options?: { readonly attributes?: Readonly<Record<string, number | readonly number[]>> },
  ): TensorName;
  /** A constant, int64 `[values]`. */
  integers(values: readonly number[]): TensorName;
}

/** What stands before the graph in the file. */
export interface Prelude {
  /** By the name of a size: int64 `[1]`. */
  readonly sizes: ReadonlyMap<string, TensorName>;
  /** By the name of a graph's input: what it is made of. Other inputs are the file's own, under their names. */
  readonly inputs: ReadonlyMap<string, TensorName>;
}

export interface PortableOptions {
  readonly name: string;
  /** Two or more, each with all names; see `asProduct`. */
  readonly sets: readonly Sizes[];
  /** The graph for one of the sets. */
  build(sizes: Sizes): Graph;
  /** Inputs of the graph that are weights: parts of the file, added by `withWeights`. */
  readonly weights: ReadonlySet<string>;
  /** Inputs of the file that the prelude reads. */
  readonly ports: readonly OnnxPort[];
  prelude(writer: OnnxWriter): Prelude;
}

/**
 * The model without its weights, which are its `constants`, under the names of the graph's inputs.
 * @throws EngineError for a graph that holds for one size alone, or needs an operator of a runtime's own.
 */
export function portableModel(options: PortableOptions): OnnxModel {
  const { name, sets, weights } = options;
  const operators = new Set<never>();
  const lowered = sets.map((sizes) =>
    lowerGraph(prepare(options.build(sizes), { lowers: lowersWith(operators) }), name, {
      operators,
      tuning: tuningFor(1),
      constants: weights,
    }),
  );
  const writer = new ModelWriter({ operators, tuning: tuningFor(1) }, "size/");
  writer.label("inputs");
  const prelude = options.prelude(writer);
  writer.label("sizes");
  const { nodes, initializers } = new Generalised(lowered, sets, writer, prelude).model();
  const [first] = lowered as [OnnxModel, ...OnnxModel[]];
  const named = namesOf(first, prelude);
  const ports = (of: "inputs" | "outputs", prefix: (name: string) => string) =>
    first[of].map((port, i) => ({
      name: port.name.slice(prefix("").length),
      type: port.type,
      shape: port.shape.map((_, axis) =>
        portSize(
          asProduct(
            lowered.map((model) => model[of][i]!.shape[axis] as number),
            sets,
          ),
        ),
      ),
    }));
  return {
    name,
    nodes: [...writer.nodes, ...renameTensors(nodes, named)],
    initializers: [...writer.initializers, ...initializers],
    constants: (first.constants ?? []).map(
      (each): OnnxTensorType => ({ ...each, name: each.name.slice(inputPort("").length) }),
    ),
    inputs: [
      ...options.ports,
      ...ports("inputs", inputPort).filter((port) => !prelude.inputs.has(port.name)),
    ],
    outputs: ports("outputs", outputPort),
  };
}

/** Ports under the names that the graph has for them, or what the prelude makes in their place. */
function namesOf(model: OnnxModel, { inputs }: Prelude): Map<TensorName, TensorName> {
  const plain = (port: string, prefix: string) => port.slice(prefix.length);
  return new Map([
    ...[...model.inputs, ...(model.constants ?? [])].map(({ name }) => {
      const own = plain(name, inputPort(""));
      return [name, inputs.get(own) ?? own] as const;
    }),
    ...model.outputs.map(({ name }) => [name, plain(name, outputPort(""))] as const),
  ]);
}

function portSize({ factor, names }: SizeProduct): number | string {
  if (names.length === 0) return factor;
  return [...(factor === 1 ? [] : [factor]), ...names].join("_x_");
}

/** One model of those that were lowered for the sets. */
class Generalised {
  readonly #models: readonly OnnxModel[];
  readonly #sets: readonly Sizes[];
  readonly #writer: ModelWriter;
  readonly #prelude: Prelude;
  /** Of each model, by name. */
  readonly #initializers: readonly ReadonlyMap<TensorName, OnnxInitializer>[];
  readonly #computed = new Map<string, TensorName>();

  constructor(
    models: readonly OnnxModel[],
    sets: readonly Sizes[],
    writer: ModelWriter,
    prelude: Prelude,
  ) {
    this.#models = models;
    this.#sets = sets;
    this.#writer = writer;
    this.#prelude = prelude;
    this.#initializers = models.map(
      (model) => new Map(model.initializers.map((each) => [each.name, each])),
    );
  }

  model(): Pick<OnnxModel, "nodes" | "initializers"> {
    const [first, ...others] = this.#models as [OnnxModel, ...OnnxModel[]];
    for (const { nodes } of others) {
      const differs = first.nodes.findIndex(
        (node, i) => node.operation !== nodes[i]?.operation || !sameAttributes(node, nodes[i]),
      );
      if (differs >= 0 || nodes.length !== first.nodes.length) {
        throw new EngineError(
          `${first.name}: other operations for other sizes, from ${first.nodes[differs]?.name ?? "the end"} on`,
        );
      }
    }
    const nodes = first.nodes.map((node, i) => ({
      ...node,
      inputs: node.inputs.map((name, position) => this.#input(name, i, position)),
    }));
    const read = new Set(nodes.flatMap(({ inputs }) => inputs));
    return { nodes, initializers: first.initializers.filter(({ name }) => read.has(name)) };
  }

  #input(name: TensorName, node: number, position: number): TensorName {
    const found = this.#models.map((model, i) =>
      this.#initializers[i]!.get(model.nodes[node]!.inputs[position]!),
    );
    const [first, ...others] = found;
    if (first === undefined) return name;
    if (others.every((other) => other !== undefined && sameInitializer(first, other))) return name;
    const all = found.map((each) => integersOf(each, this.#models[0]!.nodes[node]!));
    const products = all[0]!.map((_, i) =>
      asProduct(
        all.map((each) => each[i]!),
        this.#sets,
      ),
    );
    return this.#vector(products);
  }

  /** int64 `[products]`. */
  #vector(products: readonly SizeProduct[]): TensorName {
    const key = JSON.stringify(products);
    const known = this.#computed.get(key);
    if (known !== undefined) return known;
    const parts = products.map((product) => this.#scalar(product));
    const made =
      parts.length === 1
        ? parts[0]!
        : this.#writer.node("Concat", parts, { attributes: { axis: 0 } });
    this.#computed.set(key, made);
    return made;
  }

  /** int64 `[1]`. */
  #scalar({ factor, names }: SizeProduct): TensorName {
    const key = `${factor} ${names.join(" ")}`;
    const known = this.#computed.get(key);
    if (known !== undefined) return known;
    const factors = [
      ...(factor === 1 && names.length > 0 ? [] : [this.#writer.integers([factor])]),
      ...names.map((name) => this.#prelude.sizes.get(name)!),
    ];
    const made = factors.reduce((product, each) => this.#writer.node("Mul", [product, each]));
    this.#computed.set(key, made);
    return made;
  }
}

function sameAttributes(a: OnnxNode, b: OnnxNode | undefined): boolean {
  const text = (attributes: Readonly<Record<string, OnnxAttribute>>) => JSON.stringify(attributes);
  return b !== undefined && text(a.attributes) === text(b.attributes);
}

function sameInitializer(a: OnnxInitializer, b: OnnxInitializer): boolean {
  return (
    a.type === b.type &&
    a.shape.join() === b.shape.join() &&
    Buffer.compare(Buffer.from(a.bytes), Buffer.from(b.bytes)) === 0
  );
}

function integersOf(initializer: OnnxInitializer | undefined, node: OnnxNode): number[] {
  if (initializer?.type === "int64" && initializer.shape.length === 1) {
    const { buffer, byteOffset } = initializer.bytes;
    return Array.from(new BigInt64Array(buffer, byteOffset, initializer.shape[0]!), Number);
  }
  throw new EngineError(`${node.name}: holds a constant that is another for other sizes`);
}
