/**
 * Groups of a graph's nodes that are to run as one node each. Two groups may become one unless a third
 * would then have to run both after and before it.
 */
import type { Graph, Node } from "../../../graph/index.ts";

export type Group = Set<Node>;

export class Contraction {
  readonly #groupOf = new Map<Node, Group>();
  readonly #consumers = new Map<Node, Node[]>();

  /** Every node starts as a group of its own. */
  constructor(graph: Graph) {
    for (const node of graph.nodes) {
      this.#groupOf.set(node, new Set([node]));
      this.#consumers.set(node, []);
    }
    for (const node of graph.nodes) {
      for (const input of node.inputs) this.#consumers.get(input.node)!.push(node);
    }
  }

  groupOf(node: Node): Group {
    return this.#groupOf.get(node)!;
  }

  consumersOf(node: Node): readonly Node[] {
    return this.#consumers.get(node)!;
  }

  /** The group of both, or null when another path than the direct one leads from one to the other. */
  merge(producer: Group, consumer: Group): Group | null {
    if (this.#leadsAround(producer, consumer)) return null;
    const [large, small] =
      producer.size >= consumer.size ? [producer, consumer] : [consumer, producer];
    for (const node of small) {
      large.add(node);
      this.#groupOf.set(node, large);
    }
    return large;
  }

  /** As {@link merge}, of groups of which neither need read the other. */
  mergeNeighbours(a: Group, b: Group): Group | null {
    return this.#leadsAround(b, a) ? null : this.merge(a, b);
  }

  /** Groups in an order in which they can run. */
  inOrder(): Group[] {
    const ordered: Group[] = [];
    const visited = new Set<Group>();
    const visit = (group: Group) => {
      if (visited.has(group)) return;
      visited.add(group);
      for (const node of group) for (const input of node.inputs) visit(this.groupOf(input.node));
      ordered.push(group);
    };
    for (const group of new Set(this.#groupOf.values())) visit(group);
    return ordered;
  }

  /** Whether a path leads from one group to the other through a third. */
  #leadsAround(from: Group, to: Group): boolean {
    const visited = new Set<Group>([from, to]);
    const open: Group[] = [];
    const enter = (group: Group, direct: boolean): boolean => {
      for (const node of group) {
        for (const consumer of this.consumersOf(node)) {
          const next = this.groupOf(consumer);
          if (next === to && !direct) return true;
          if (visited.has(next)) continue;
          visited.add(next);
          open.push(next);
        }
      }
      return false;
    };
    if (enter(from, true)) return true;
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (enter(next, false)) return true;
    }
    return false;
  }
}
