/**
 * Gradient checkpointing (Chen et al., 2016): what a segment's forward pass made is not kept for its
 * backward pass but computed again when that begins, from what enters the segment. Memory for time:
 * about a third more work, while only the segments' inputs stay alive.
 *
 * It is applied to a graph that holds its gradients already. Nodes of a segment's backward pass are
 * known by their scopes, which autodiff marks.
 */
import { isBackward } from "../autodiff/index.ts";
import {
  type Graph,
  GraphCopier,
  isConstant,
  isInput,
  type Node,
  type Value,
} from "../graph/index.ts";
import { recomputedScope } from "./checkpoint-scope.ts";
import { Entrance } from "./entrance.ts";
import { neededNodes } from "./rewrite.ts";

export interface CheckpointOptions {
  /** The segment to which a node of the forward pass belongs, or null: its results are kept. */
  readonly segmentOf?: (node: Node) => string | null;
}

/** One segment for every layer: scopes that start with `layers.3`, or `future.0`. */
export function layerOf(node: Node): string | null {
  return /^(layers|future)\.\d+/.exec(node.scope)?.[0] ?? null;
}

/** An equal graph in which every segment's backward pass computes again what it needs of the forward. */
export function checkpoint(graph: Graph, { segmentOf = layerOf }: CheckpointOptions = {}): Graph {
  const segments = new Map<Node, string>();
  for (const node of graph.nodes) {
    const segment = isInput(node) || isConstant(node) || isBackward(node) ? null : segmentOf(node);
    if (segment !== null) segments.set(node, segment);
  }
  return new Recomputation(graph, segments).apply();
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

/** What the backward pass makes for others and does not read itself: the gradients asked for. */
function finishedGradients(graph: Graph): Set<Value> {
  const backward = neededNodes(graph).filter(isBackward);
  const read = new Set(backward.flatMap((node) => node.inputs));
  return new Set(backward.flatMap((node) => node.outputs).filter((value) => !read.has(value)));
}

class Recomputation {
  readonly #graph: Graph;
  readonly #segments: ReadonlyMap<Node, string>;
  readonly #leaving: ReadonlySet<Value>;
  readonly #finished: ReadonlySet<Value>;
  /** Values as first computed. */
  readonly #kept = new GraphCopier();
  /** The same, as computed again, in the same graph. */
  readonly #recomputed = new GraphCopier(this.#kept.target);
  /** By segment: what enters its second computation. */
  readonly #entered = new Map<string, Entrance>();
  /** What the backward pass made last. */
  #latest: Value | null = null;
  /** Gradients finished since the backward pass came to the last segment: they must not be put off. */
  #unawaited: Value[] = [];

  constructor(graph: Graph, segments: ReadonlyMap<Node, string>) {
    this.#graph = graph;
    this.#segments = segments;
    this.#leaving = leaving(graph, segments);
    this.#finished = finishedGradients(graph);
  }

  apply(): Graph {
    this.#kept.inputs(this.#graph);
    for (const node of neededNodes(this.#graph)) {
      if (isInput(node)) continue;
      if (!isBackward(node)) this.#kept.copy(node);
      else {
        this.#kept.copy(
          node,
          node.inputs.map((input) => this.#forBackward(input)),
        );
        this.#note(node);
      }
    }
    this.#kept.outputs(this.#graph);
    return this.#kept.target;
  }

  #note(node: Node): void {
    for (const output of node.outputs.filter((each) => each.dtype === "float32")) {
      this.#latest = this.#kept.image(output);
      if (this.#finished.has(output)) this.#unawaited.push(this.#latest);
    }
  }

  /** A value as the backward pass reads it: computed again, just now, if it is a segment's own. */
  #forBackward(value: Value): Value {
    const segment = this.#segments.get(value.node);
    if (segment === undefined || this.#leaving.has(value)) return this.#kept.image(value);
    if (!this.#recomputed.has(value)) this.#recompute(value.node, segment);
    return this.#recomputed.image(value);
  }

  #recompute(node: Node, segment: string): void {
    const inputs = node.inputs.map((input) =>
      this.#segments.has(input.node) && !this.#leaving.has(input)
        ? this.#forBackward(input)
        : this.#entering(input, segment),
    );
    this.#recomputed.copy(node, inputs, recomputedScope(segment, node.scope));
  }

  #entering(value: Value, segment: string): Value {
    const kept = this.#kept.image(value);
    if (isInput(value.node) || isConstant(value.node)) return kept;
    const entrance = this.#entered.get(segment) ?? this.#entranceOf(segment);
    this.#entered.set(segment, entrance);
    return entrance.pass(kept);
  }

  #entranceOf(segment: string): Entrance {
    const awaited = new Set([...(this.#latest === null ? [] : [this.#latest]), ...this.#unawaited]);
    this.#unawaited = [];
    return new Entrance(recomputedScope(segment, ""), [...awaited]);
  }
}
