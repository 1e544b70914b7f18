/** How recomputed nodes are told from first computations: by their scope, which every pass keeps. */
import type { Node } from "../graph/index.ts";

const marker = /^recompute\(([^)]*)\)/;

/** The scope of a node that is computed again for the backward pass of a segment. */
export function recomputedScope(segment: string, scope: string): string {
  return `recompute(${segment})/${scope}`;
}

/** The segment for whose backward pass the node is computed again, or "". */
export function recomputationOf(node: Node): string {
  return marker.exec(node.scope)?.[1] ?? "";
}
