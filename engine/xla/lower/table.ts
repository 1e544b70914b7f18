/** All lowerings, by the operation's name. */
import type { Node } from "../../graph/index.ts";
import { attention, isWhole } from "./attention/index.ts";
import { caches } from "./cache.ts";
import { elementwise } from "./elementwise.ts";
import { heads, isLooped } from "./head.ts";
import { indexing } from "./indexing.ts";
import { logic } from "./logic.ts";
import type { Lowerings, LowerOptions } from "./lowering.ts";
import { products } from "./matmul.ts";
import { reductions } from "./reductions.ts";
import { shapes } from "./shapes.ts";

export const lowerings: Lowerings = {
  ...elementwise,
  ...logic,
  ...products,
  ...indexing,
  ...reductions,
  ...shapes,
  ...caches,
  ...attention,
  ...heads,
};

/** Which nodes need not be expanded: of attention, that to long sequences, and what a kernel is there for. */
export const lowersWith =
  (options: LowerOptions) =>
  (node: Node): boolean => {
    const { name } = node.operation;
    if (name in attention) return isWhole(node, options);
    if (name in heads) return isLooped(node, options);
    return name in lowerings;
  };
