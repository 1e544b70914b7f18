/**
 * Cuts a graph into a part that runs once and parts that run tile by tile.
 *
 * An optimiser's step reads and writes every element of large arrays in a dozen operations. Run one
 * operation after the other, each of them fetches the arrays from memory; run tile by tile, all of
 * them work in the cache. That is possible where elements do not mix: for elementwise operations of
 * one size whose operands are inputs, scalars or each other. What else there is, such as the scalars'
 * own arithmetic, runs first.
 */
import {
  type Graph,
  GraphCopier,
  isConstant,
  isInput,
  type Node,
  type Shape,
  sameShape,
  sizeOf,
  type Value,
} from "../../../graph/index.ts";
import type { Port } from "../../part.ts";

export interface Subgraph {
  readonly graph: Graph;
  /** What each of its inputs is, by name. */
  readonly inputs: ReadonlyMap<string, Port>;
  readonly outputs: ReadonlyMap<string, Port>;
}

export interface Split {
  /** Runs once, before the others; null when there is nothing to do. */
  readonly once: Subgraph | null;
  /** Their arrays are flat and of any length: the shapes in these graphs stand for it. */
  readonly tiled: readonly Subgraph[];
}

/**
 * @param smallestSize elements from which an operation is tiled.
 * @returns null when nothing in the graph can be tiled.
 */
export function splitElementwise(graph: Graph, smallestSize: number): Split | null {
  const tail = elementwiseTail(graph, smallestSize);
  if (tail.size === 0) return null;
  const handed = new Set<Value>();
  const names = outputNames(graph);
  const tiled = components(graph, tail).map((nodes) => tiledPart(nodes, names, handed));
  return { once: oncePart(graph, tail, handed), tiled };
}

/** The nodes that can be tiled: the largest set in which each needs and feeds none outside of it. */
function elementwiseTail(graph: Graph, smallestSize: number): Set<Node> {
  const tail = new Set(graph.nodes.filter((node) => isElementwise(node, smallestSize)));
  for (let before = -1; before !== tail.size; ) {
    before = tail.size;
    for (const node of graph.nodes) {
      const { inputs } = node;
      if (tail.has(node)) {
        if (
          !inputs.every((input) => isScalar(input) || isInput(input.node) || tail.has(input.node))
        )
          tail.delete(node);
      } else {
        for (const input of inputs) tail.delete(input.node);
      }
    }
  }
  return tail;
}

function isElementwise({ operation, inputs, outputs }: Node, smallestSize: number): boolean {
  const output = outputs[0];
  if (operation.elementwise !== true || outputs.length !== 1 || output === undefined) return false;
  if (sizeOf(output.shape) < smallestSize) return false;
  return inputs.every((input) => isScalar(input) || sameShape(input.shape, output.shape));
}

const isScalar = (value: Value): boolean => sizeOf(value.shape) === 1;

/** Nodes that share an array, each in the graph's order. */
function components(graph: Graph, tail: ReadonlySet<Node>): Node[][] {
  const nodes = graph.nodes.filter((node) => tail.has(node));
  const leaders = new Map<Node, Node>();
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (!isScalar(input)) leaders.set(leaderOf(leaders, node), leaderOf(leaders, input.node));
    }
  }
  const groups = new Map<Node, Node[]>();
  for (const node of nodes) {
    const leader = leaderOf(leaders, node);
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, [node]);
    else group.push(node);
  }
  return [...groups.values()];
}

/** The one that stands for all that a node was joined with; shortens the way to it. */
function leaderOf(leaders: Map<Node, Node>, node: Node): Node {
  const next = leaders.get(node) ?? node;
  if (next === node) return node;
  const leader = leaderOf(leaders, next);
  leaders.set(node, leader);
  return leader;
}

/** The names of each value that is an output. */
function outputNames(graph: Graph): Map<Value, string[]> {
  const names = new Map<Value, string[]>();
  for (const [name, value] of graph.outputs) names.set(value, [...(names.get(value) ?? []), name]);
  return names;
}

function tiledPart(
  nodes: readonly Node[],
  names: ReadonlyMap<Value, readonly string[]>,
  handed: Set<Value>,
): Subgraph {
  const copy = new SubgraphBuilder(false);
  const length = [sizeOf(nodes[0]!.outputs[0]!.shape)];
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (copy.has(input)) continue;
      const shape = isScalar(input) ? [1] : length;
      if (isConstant(input.node)) copy.constant(input, shape);
      else if (isInput(input.node)) copy.input(input, inputPort(input), shape);
      else {
        handed.add(input);
        copy.input(input, { kind: "scalar", value: input }, shape);
      }
    }
    copy.node(node);
  }
  for (const value of nodes.flatMap((node) => node.outputs)) {
    for (const name of names.get(value) ?? []) copy.output(value, { kind: "output", name });
  }
  return copy.part();
}

function oncePart(
  graph: Graph,
  tail: ReadonlySet<Node>,
  handed: ReadonlySet<Value>,
): Subgraph | null {
  const outputs = [...graph.outputs].filter(([, value]) => !tail.has(value.node));
  const needed = new Set([...outputs.map(([, value]) => value.node), ...[...handed].map(nodeOf)]);
  for (const node of graph.nodes.toReversed()) {
    if (needed.has(node)) for (const input of node.inputs) needed.add(input.node);
  }
  if (needed.size === 0) return null;
  const copy = new SubgraphBuilder(true);
  for (const node of graph.nodes.filter((each) => needed.has(each))) {
    const value = node.outputs[0]!;
    if (isInput(node)) copy.input(value, inputPort(value), value.shape);
    else if (isConstant(node)) copy.constant(value, value.shape);
    else copy.node(node);
  }
  for (const [name, value] of outputs) copy.output(value, { kind: "output", name });
  for (const value of handed) copy.output(value, { kind: "scalar", value });
  return copy.part();
}

const nodeOf = (value: Value): Node => value.node;

function inputPort(value: Value): Port {
  return { kind: "input", name: value.node.attributes.name as string };
}

/** Copies nodes into a graph of their own. Ports are numbered, so that equal parts are equal graphs. */
class SubgraphBuilder {
  readonly #scoped: boolean;
  readonly #copier = new GraphCopier();
  readonly #inputs = new Map<string, Port>();
  readonly #outputs = new Map<string, Port>();

  /** @param scoped keeps the nodes' scopes, which are for people and tell equal parts apart. */
  constructor(scoped: boolean) {
    this.#scoped = scoped;
  }

  has(value: Value): boolean {
    return this.#copier.has(value);
  }

  input(value: Value, port: Port, shape: Shape): void {
    const name = String(this.#inputs.size);
    this.#inputs.set(name, port);
    this.#copier.input(value, name, shape);
  }

  constant(value: Value, shape: Shape): void {
    this.#copier.constant(value, shape);
  }

  node(node: Node): void {
    this.#copier.copy(node, undefined, this.#scoped ? node.scope : "");
  }

  output(value: Value, port: Port): void {
    const name = String(this.#outputs.size);
    this.#outputs.set(name, port);
    this.#copier.target.output(name, this.#copier.image(value));
  }

  part(): Subgraph {
    return { graph: this.#copier.target, inputs: this.#inputs, outputs: this.#outputs };
  }
}
