/**
 * A graph: a list of nodes in an order in which they can run. Models are plain functions that add
 * nodes; autodiff adds the gradients' nodes to the same list; passes make new lists of old ones.
 * Shapes and element types are fixed and checked as nodes are added.
 */
import { encodeBfloat16 } from "./bfloat16.ts";
import { GraphError } from "./errors.ts";
import {
  allocate,
  type DType,
  describeType,
  type Shape,
  sizeOf,
  type TensorData,
  type TensorType,
} from "./types.ts";

/**
 * One output of a node.
 * @example
 * const graph = new Graph();
 * const x: Value = graph.input("x", [2, 3]);
 * const total: Value = ops.sum(ops.square(x));
 * console.log(total.shape, total.dtype);
 */
export class Value {
  readonly node: Node;
  /** Which of the node's outputs. */
  readonly index: number;
  readonly type: TensorType;

  constructor(node: Node, index: number, type: TensorType) {
    this.node = node;
    this.index = index;
    this.type = type;
  }

  get shape(): Shape {
    return this.type.shape;
  }

  get dtype(): DType {
    return this.type.dtype;
  }

  get graph(): Graph {
    return this.node.graph;
  }
}

export class Node {
  readonly graph: Graph;
  /** Position in the graph's list. */
  readonly id: number;
  readonly operation: Operation;
  readonly inputs: readonly Value[];
  readonly attributes: Attributes;
  readonly outputs: readonly Value[];
  /** The scope in which it was added, as `layers.0/attention`; for people and for passes. */
  readonly scope: string;

  constructor(
    graph: Graph,
    id: number,
    operation: Operation,
    inputs: readonly Value[],
    attributes: Attributes,
    types: readonly TensorType[],
    scope: string,
  ) {
    this.graph = graph;
    this.id = id;
    this.operation = operation;
    this.inputs = inputs;
    this.attributes = attributes;
    this.scope = scope;
    this.outputs = types.map((type, index) => new Value(this, index, type));
  }
}

const inputOperation: Operation = {
  name: "input",
  infer: (_inputs, attributes) => [
    { dtype: attributes.dtype as DType, shape: attributes.shape as Shape },
  ],
  flops: () => 0,
};

const constantOperation: Operation = {
  name: "constant",
  infer: (_inputs, attributes) => [
    { dtype: attributes.dtype as DType, shape: attributes.shape as Shape },
  ],
  flops: () => 0,
};

/**
 * Tensors and the operations between them, to be differentiated, compiled and run.
 * @example
 * const graph = new Graph();
 * const x = graph.input("x", [2, 3]);
 * graph.output("y", ops.matmul(x, graph.constant(Float32Array.of(1, 0, 2), [3, 1], "float32")));
 * const program = engine.compile(graph);
 */
export class Graph {
  readonly nodes: Node[] = [];
  /** What the caller feeds, by name. */
  readonly inputs = new Map<string, Value>();
  /** What the caller gets, by name. */
  readonly outputs = new Map<string, Value>();
  #scope: string[] = [];

  /** @throws GraphError when the name is taken or a size is not a positive integer. */
  input(name: string, shape: Shape, dtype: DType = "float32"): Value {
    if (this.inputs.has(name)) throw new GraphError(`input "${name}" exists already`);
    checkSizes(`input "${name}"`, shape);
    const value = this.add(inputOperation, [], { name, shape, dtype })[0]!;
    this.inputs.set(name, value);
    return value;
  }

  /** A tensor known when the graph is built. The data are kept, not copied. */
  constant(data: TensorData, shape: Shape, dtype: DType): Value {
    if (data.length !== sizeOf(shape)) {
      throw new GraphError(`constant of shape [${shape.join(", ")}] got ${data.length} elements`);
    }
    return this.add(constantOperation, [], { data, shape, dtype })[0]!;
  }

  scalar(value: number, dtype: DType = "float32"): Value {
    if (dtype === "bfloat16")
      return this.constant(encodeBfloat16(Float32Array.of(value)), [], dtype);
    const data = allocate({ dtype, shape: [] });
    data[0] = value;
    return this.constant(data, [], dtype);
  }

  /** Makes a value a result of the graph. @throws GraphError when the name is taken. */
  output(name: string, value: Value): void {
    if (this.outputs.has(name)) throw new GraphError(`output "${name}" exists already`);
    if (value.graph !== this) throw new GraphError(`output "${name}" belongs to another graph`);
    this.outputs.set(name, value);
  }

  /** Adds a node. Operations are added through their functions in `ops`; this is what those call. */
  add<A extends Attributes>(
    operation: Operation<A>,
    inputs: readonly Value[],
    attributes: A,
  ): readonly Value[] {
    for (const [position, input] of inputs.entries()) {
      if (input.graph !== this) {
        throw new GraphError(`${operation.name}: operand ${position} belongs to another graph`);
      }
    }
    const types = operation.infer(
      inputs.map((input) => input.type),
      attributes,
    );
    for (const type of types) checkSizes(operation.name, type.shape);
    const scope = this.#scope.join("/");
    const node = new Node(
      this,
      this.nodes.length,
      operation as Operation,
      inputs,
      attributes,
      types,
      scope,
    );
    this.nodes.push(node);
    return node.outputs;
  }

  /** Names the nodes that `build` adds, as `layers.0/attention` when scopes nest. */
  scope<T>(name: string, build: () => T): T {
    this.#scope.push(name);
    try {
      return build();
    } finally {
      this.#scope.pop();
    }
  }
}

export function isInput(node: Node): boolean {
  return node.operation === inputOperation;
}

export function isConstant(node: Node): boolean {
  return node.operation === constantOperation;
}

/** The data of a constant. @throws GraphError for any other node. */
export function constantData(value: Value): TensorData {
  if (!isConstant(value.node)) {
    throw new GraphError(`${value.node.operation.name} ${describeType(value.type)} is no constant`);
  }
  return value.node.attributes.data as TensorData;
}

/** As `softplus(float32[2, 3]) in layers.0/mlp`, for messages. */
export function describeNode({ operation, inputs, scope }: Node): string {
  const operands = inputs.map((input) => describeType(input.type)).join(", ");
  return `${operation.name}(${operands})${scope === "" ? "" : ` in ${scope}`}`;
}

function checkSizes(what: string, shape: Shape): void {
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new GraphError(`${what}: a shape needs positive integers, got [${shape.join(", ")}]`);
    }
  }
}

export type AttributeValue = number | string | boolean | readonly number[] | TensorData;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface GradientContext<A extends Attributes = Attributes> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: A;
  /** Per output: the gradient of the loss by it, or null where the loss does not depend on it. */
  readonly outputGradients: readonly (Value | null)[];
  /** Per input: whether its gradient is asked for; work for the others is wasted. */
  readonly needed: readonly boolean[];
}

/**
 * An operation: what it makes of the types of its operands, how it is differentiated, and, if it is
 * a composite, what it means in terms of simpler operations.
 *
 * A primitive has no `expand`: every engine runs it. A composite has one, which is its meaning; an
 * engine that has something better lowers the composite itself and must agree with the expansion.
 */
export interface Operation<A extends Attributes = Attributes> {
  readonly name: string;
  /** Element by element over operands that broadcast: engines may fuse and tile such operations. */
  readonly elementwise?: boolean;
  /** Of a composite that makes large results inside: plans of memory count those, not it as a whole. */
  readonly plannedInside?: boolean;
  /** Types of the outputs. @throws GraphError when the operands do not fit. */
  infer(inputs: readonly TensorType[], attributes: A): readonly TensorType[];
  /**
   * Gradient by each input, null where not needed or where there is none (integers). A composite
   * without this rule is differentiated through its expansion; a primitive without it has no gradient.
   */
  gradient?(context: GradientContext<A>): readonly (Value | null)[];
  /** The operation in simpler ones: same number of outputs, same types. */
  expand?(inputs: readonly Value[], attributes: A): readonly Value[];
  /**
   * Of a primitive: floating-point operations, a multiply-add counting two. One per output element where
   * absent. A composite counts as what it expands to.
   */
  flops?(inputs: readonly TensorType[], outputs: readonly TensorType[], attributes: A): number;
}
