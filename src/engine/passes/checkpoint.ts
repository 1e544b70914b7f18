/**
 * Gradient checkpointing (Chen et al., 2016): what a segment's forward pass made is not kept for its
 * backward pass but computed again when that begins, from what enters the segment. Memory for time:
 * about a third more work, while only the segments' inputs stay alive.
 *
 * It is applied to a graph that holds its gradients already. Nodes of a segment's backward pass are
 * known by their scopes, which autodiff marks.
 */
import { isBackward } from "../autodiff/index.ts";
import { Graph, isConstant, isInput, type Node, sizeOf, type Value } from "../graph/index.ts";
import { cast, reshape, select, slice } from "../ops/index.ts";
import { recomputedScope } from "./checkpoint-scope.ts";
import { neededNodes } from "./rewrite.ts";

export interface CheckpointOptions {
  /** The segment to which a node of the forward pass belongs, or null: its results are kept. */
  readonly segmentOf?: (node: Node) => string | null;
}

/** One segment for every layer: scopes that start with `layers.3`. */
export function layerOf(node: Node): string | null {
  return /^layers\.\d+/.exec(node.scope)?.[0] ?? null;
}

/** An equal graph in which every segment's backward pass computes again what it needs of the forward. */
export function checkpoint(graph: Graph, { segmentOf = layerOf }: CheckpointOptions = {}): Graph {
  const segments = new Map<Node, string>();
  for (const node of graph.nodes) {
    const segment = isInput(node) || isConstant(node) || isBackward(node) ? null : segmentOf(node);
    if (segment !== null) segments.set(node, segment);
  }
  return new Recomputation(segments, leaving(graph, segments)).apply(graph);
}

/** What is made in a segment and read by the forward pass elsewhere: it is kept in any case. */
function leaving(graph: Graph, segments: ReadonlyMap<Node, string>): Set<Value> {
  const found = new Set(graph.outputs.values());
  for (const node of graph.nodes.filter((each) => !isBackward(each))) {
    for (const input of node.inputs) {
      if (segments.get(input.node) !== segments.get(node)) found.add(input);
    }
  }
  return found;
}

class Recomputation {
  readonly #segments: ReadonlyMap<Node, string>;
  readonly #leaving: ReadonlySet<Value>;
  readonly #target = new Graph();
  /** Values of the old graph in the new one, as first computed. */
  readonly #kept = new Map<Value, Value>();
  /** The same, as computed again. */
  readonly #recomputed = new Map<Value, Value>();
  /** By segment: what enters its second computation. */
  readonly #entered = new Map<string, Map<Value, Value>>();
  /** What the backward pass made last. */
  #latestGradient: Value | null = null;

  constructor(segments: ReadonlyMap<Node, string>, leaving: ReadonlySet<Value>) {
    this.#segments = segments;
    this.#leaving = leaving;
  }

  apply(graph: Graph): Graph {
    for (const [name, value] of graph.inputs) {
      this.#kept.set(value, this.#target.input(name, value.shape, value.dtype));
    }
    for (const node of neededNodes(graph)) {
      if (isInput(node)) continue;
      const find = isBackward(node)
        ? (value: Value) => this.#forBackward(value)
        : (value: Value) => this.#kept.get(value)!;
      this.#copy(node, node.inputs.map(find), node.scope, this.#kept);
      if (isBackward(node)) this.#latestGradient = this.#kept.get(node.outputs[0]!)!;
    }
    for (const [name, value] of graph.outputs) this.#target.output(name, this.#kept.get(value)!);
    return this.#target;
  }

  #copy(node: Node, inputs: readonly Value[], scope: string, images: Map<Value, Value>): void {
    const outputs = this.#target.scope(scope, () =>
      this.#target.add(node.operation, inputs, node.attributes),
    );
    for (const [i, output] of node.outputs.entries()) images.set(output, outputs[i]!);
  }

  /** A value as the backward pass reads it: computed again, just now, if it is a segment's own. */
  #forBackward(value: Value): Value {
    const segment = this.#segments.get(value.node);
    if (segment === undefined || this.#leaving.has(value)) return this.#kept.get(value)!;
    if (!this.#recomputed.has(value)) this.#recompute(value.node, segment);
    return this.#recomputed.get(value)!;
  }

  #recompute(node: Node, segment: string): void {
    const inputs = node.inputs.map((input) =>
      this.#segments.has(input.node) && !this.#leaving.has(input)
        ? this.#forBackward(input)
        : this.#entering(input, segment),
    );
    this.#copy(node, inputs, recomputedScope(segment, node.scope), this.#recomputed);
  }

  /**
   * What enters a segment, not before the backward pass has come to it: an engine that orders nodes
   * by what they need would otherwise compute all segments again at once, and save nothing.
   */
  #entering(value: Value, segment: string): Value {
    const kept = this.#kept.get(value)!;
    const latest = this.#latestGradient;
    if (latest === null || isInput(value.node) || isConstant(value.node)) return kept;
    const entered = this.#entered.get(segment) ?? new Map<Value, Value>();
    this.#entered.set(segment, entered);
    const known = entered.get(value);
    if (known !== undefined) return known;
    const held = this.#target.scope(recomputedScope(segment, value.node.scope), () =>
      after(kept, latest),
    );
    entered.set(value, held);
    return held;
  }
}

/** The value, bit by bit, with a need of another's first element. */
function after(value: Value, other: Value): Value {
  const always = value.graph.scalar(1, "bool");
  const first = slice(reshape(other, [sizeOf(other.shape)]), 0, 0, 1);
  return select(always, value, reshape(cast(first, value.dtype), []));
}
