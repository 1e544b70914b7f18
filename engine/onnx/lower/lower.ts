/** A graph becomes an ONNX model, step by step, by the table of lowerings. */
import { EngineError } from "../../engine.ts";
import {
  constantData,
  describeNode,
  type Graph,
  isConstant,
  isInput,
  Node,
  type Value,
} from "../../graph/index.ts";
import type { RowLoop } from "../optimise/loops/index.ts";
import { tuningFor } from "../tuning.ts";
import { lowerings, reshapeTo } from "./lowerings/index.ts";
import type { OnnxModel, OnnxNode, OnnxPort } from "./model.ts";
import { allOperators } from "./operators.ts";
import { copyNode, renameTensors } from "./rename.ts";
import { withoutUnreadViews } from "./views.ts";
import { type LoweringTarget, ModelWriter, type TensorName } from "./writer.ts";

/** Names of the model's inputs and outputs, kept apart from those of the tensors between. */
export const inputPort = (name: string): TensorName => `in:${name}`;
export const outputPort = (name: string): TensorName => `out:${name}`;

export interface LowerOptions extends Partial<LoweringTarget> {
  /** In an order in which they can run: nodes, and loops over some; all nodes, one by one, unless given. */
  readonly steps?: readonly (Node | RowLoop)[];
  /** Names of the inputs that never change. */
  readonly constants?: ReadonlySet<string>;
}

/** @throws EngineError naming the operation that the engine cannot run. */
export function lowerGraph(graph: Graph, name: string, options: LowerOptions = {}): OnnxModel {
  const { operators = allOperators, tuning = tuningFor(1) } = options;
  const names = new Map<Value, TensorName>();
  for (const [input, value] of graph.inputs) names.set(value, inputPort(input));
  const writer = new ModelWriter({ operators, tuning });
  for (const [value, port] of names) writer.views.shaped(port, value.shape);
  const lowering = new GraphLowering(graph, writer, names, options);
  const isConstantInput = ([input]: readonly [string, Value]) =>
    options.constants?.has(input) === true;
  const constants = [...graph.inputs].filter(isConstantInput);
  return {
    ...lowering.run(name, outputPort),
    constants: constants.map(([input, { dtype, shape }]) => ({
      name: inputPort(input),
      type: dtype,
      shape,
    })),
    inputs: portsOf(new Map([...graph.inputs].filter((each) => !isConstantInput(each))), inputPort),
    outputs: portsOf(graph.outputs, outputPort),
  };
}

class GraphLowering {
  readonly #graph: Graph;
  readonly #writer: ModelWriter;
  /** What stands for each value in the model. */
  readonly #names: Map<Value, TensorName>;
  readonly #options: LowerOptions;

  constructor(
    graph: Graph,
    writer: ModelWriter,
    names: Map<Value, TensorName>,
    options: LowerOptions,
  ) {
    this.#graph = graph;
    this.#writer = writer;
    this.#names = names;
    this.#options = options;
  }

  /** The model without its inputs and outputs. */
  run(name: string, port: (output: string) => TensorName): OnnxModel {
    for (const step of this.#options.steps ?? this.#graph.nodes) {
      if (step instanceof Node) this.#node(step);
      else this.#loop(step);
    }
    return {
      name,
      nodes: this.#nameOutputs(port),
      initializers: this.#writer.initializers,
      inputs: [],
      outputs: [],
    };
  }

  #node(node: Node): void {
    if (isInput(node)) return;
    if (isConstant(node)) {
      const output = node.outputs[0]!;
      this.#name(output, this.#writer.constant(constantData(output), output.type));
      return;
    }
    const lowering = lowerings.get(node.operation.name);
    if (lowering === undefined) {
      throw new EngineError(`the onnx engine cannot run ${describeNode(node)}`);
    }
    const { scope, operation } = node;
    this.#writer.label(scope === "" ? operation.name : `${scope}/${operation.name}`);
    const results = lowering(this.#writer, {
      node,
      inputs: node.inputs.map((input) => this.#names.get(input)!),
      attributes: node.attributes,
      inputTypes: node.inputs.map((input) => input.type),
      outputTypes: node.outputs.map((output) => output.type),
      constants: node.inputs.map((input) => this.#isConstant(input)),
    });
    for (const [i, result] of results.entries()) this.#name(node.outputs[i]!, result);
  }

  #name(value: Value, name: TensorName): void {
    this.#names.set(value, this.#writer.views.shaped(name, value.shape));
  }

  #isConstant({ node }: Value): boolean {
    return isInput(node) && this.#options.constants?.has(node.attributes.name as string) === true;
  }

  #loop(loop: RowLoop): void {
    const writer = this.#writer;
    writer.label(`${loop.scope}/rows`);
    const shaped = (value: Value, shape: readonly number[]) =>
      reshapeTo(writer, this.#names.get(value)!, shape);
    const inputs = loop.inputs.map(({ value, shape }) => shaped(value, shape));
    const captured = loop.captured.map(({ value, shape }) =>
      value.shape.length === shape.length ? this.#names.get(value)! : shaped(value, shape),
    );
    const results = writer.nodeWithOutputs("Scan", inputs, loop.outputs.length, {
      attributes: {
        body: { graph: this.#body(loop, captured) },
        num_scan_inputs: inputs.length,
      },
      captured,
    });
    for (const [i, { value }] of loop.outputs.entries()) {
      const result = loop.totals.has(value)
        ? writer.node("ReduceSum", [results[i]!, writer.integers([0])])
        : results[i]!;
      this.#names.set(value, reshapeTo(writer, result, value.shape));
    }
    for (const { value, of } of loop.views) this.#names.set(value, shaped(of, value.shape));
  }

  #body(loop: RowLoop, captured: readonly TensorName[]): OnnxModel {
    const { body, inputs, outputs } = loop;
    const prefix = this.#writer.innerPrefix();
    const port = (name: string): TensorName => `${prefix}${name}`;
    const names = new Map<Value, TensorName>();
    for (const { name } of inputs) names.set(body.inputs.get(name)!, port(name));
    for (const [i, { name }] of loop.captured.entries()) {
      names.set(body.inputs.get(name)!, captured[i]!);
    }
    const lowering = new GraphLowering(body, this.#writer.inner(prefix), names, {});
    const sliced = (ports: readonly { readonly name: string }[], values: Graph["inputs"]) =>
      new Map(ports.map(({ name }) => [name, values.get(name)!]));
    return {
      ...lowering.run("rows", port),
      inputs: portsOf(sliced(inputs, body.inputs), port),
      outputs: portsOf(sliced(outputs, body.outputs), port),
    };
  }

  /**
   * The writer's nodes with the results that are outputs renamed to their ports. What no node makes
   * (an input, a constant) and what has two ports is copied to them.
   */
  #nameOutputs(port: (output: string) => TensorName): OnnxModel["nodes"] {
    const ends = [...this.#graph.outputs.values()].map((value) => this.#names.get(value)!);
    const nodes = withoutUnreadViews(this.#writer.nodes, new Set(ends));
    const made = new Set(nodes.flatMap((node) => node.outputs));
    const renamed = new Map<TensorName, TensorName>();
    const copies: [TensorName, TensorName][] = [];
    for (const [output, value] of this.#graph.outputs) {
      const name = this.#names.get(value)!;
      if (made.has(name) && !renamed.has(name)) renamed.set(name, port(output));
      else copies.push([renamed.get(name) ?? name, port(output)]);
    }
    return inOrderOfRun([
      ...renameTensors(nodes, renamed),
      ...copies.map(([from, to]) => copyNode(from, to)),
    ]);
  }
}

/**
 * The runtime begins with the last node whose result no other reads, and computes all that it needs; then
 * with the one before. With those nodes at the end, the first of them last, it comes to each as soon as
 * it can: otherwise the gradient of the first layer, whose node is the last, is computed before those
 * of all other layers, and what those are made of is kept until then.
 */
function inOrderOfRun(nodes: readonly OnnxNode[]): OnnxNode[] {
  const read = new Set(nodes.flatMap(({ inputs, captured }) => [...inputs, ...captured]));
  const isLast = ({ outputs }: OnnxNode) => !outputs.some((output) => read.has(output));
  return [...nodes.filter((node) => !isLast(node)), ...nodes.filter(isLast).reverse()];
}

function portsOf(
  values: ReadonlyMap<string, Value>,
  port: (name: string) => TensorName,
): OnnxPort[] {
  return [...values].map(([name, value]) => ({
    name: port(name),
    type: value.dtype,
    shape: value.shape,
  }));
}
