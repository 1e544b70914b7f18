/**
 * How every pass makes a graph of another: node by node, remembering what stands for each value of
 * the old graph in the new one. Passes say only where they differ from a plain copy.
 */
import { GraphError } from "./errors.ts";
import { type Attributes, constantData, Graph, type Node, type Value } from "./graph.ts";
import { describeType, type Shape } from "./types.ts";

export class GraphCopier {
  readonly target: Graph;
  readonly #images = new Map<Value, Value>();

  /** @param target a graph that another copier fills, too, whose values stand for others there. */
  constructor(target: Graph = new Graph()) {
    this.target = target;
  }

  has(value: Value): boolean {
    return this.#images.has(value);
  }

  /** What stands for the value. @throws GraphError when nothing does yet. */
  image(value: Value): Value {
    const image = this.#images.get(value);
    if (image !== undefined) return image;
    const { operation } = value.node;
    throw new GraphError(`${operation.name} ${describeType(value.type)} has not been copied`);
  }

  put(value: Value, image: Value): void {
    this.#images.set(value, image);
  }

  /** An input for the value, under its own name unless given. */
  input(value: Value, name = value.node.attributes.name as string, shape: Shape = value.shape) {
    const image = this.target.input(name, shape, value.dtype);
    this.put(value, image);
    return image;
  }

  /** All of them, needed or not: the caller feeds them. */
  inputs(source: Graph): void {
    for (const [name, value] of source.inputs) this.input(value, name);
  }

  constant(value: Value, shape: Shape = value.shape): Value {
    const image = this.target.constant(constantData(value), shape, value.dtype);
    this.put(value, image);
    return image;
  }

  /** The node's operation on other operands, in the scope that is open; remembers nothing. */
  add(
    node: Node,
    inputs: readonly Value[],
    attributes: Attributes = node.attributes,
  ): readonly Value[] {
    return this.target.add(node.operation, inputs, attributes);
  }

  /**
   * The node as it is, remembered.
   * @param inputs what stands for its operands, unless given.
   * @param scope the node's unless given.
   */
  copy(
    node: Node,
    inputs: readonly Value[] = node.inputs.map((input) => this.image(input)),
    scope = node.scope,
  ): readonly Value[] {
    return this.replace(node, () => this.add(node, inputs), scope);
  }

  /** What `build` makes in the node's scope stands for the node's outputs from now on. */
  replace(node: Node, build: () => readonly Value[], scope = node.scope): readonly Value[] {
    const outputs = this.target.scope(scope, build);
    for (const [index, output] of node.outputs.entries()) this.put(output, outputs[index]!);
    return outputs;
  }

  /** Gives the outputs of the source their names. */
  outputs(source: Graph): void {
    for (const [name, value] of source.outputs) this.target.output(name, this.image(value));
  }
}
