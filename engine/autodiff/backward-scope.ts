/** How nodes of the backward pass are told from those of the forward pass: by their scope. */
import type { Node } from "../graph/index.ts";

/** The scope of the gradients of what was added under `scope`. */
export const backwardScope = (scope: string): string => `${scope}'`;

export const isBackward = (node: Node): boolean => node.scope.includes("'");
