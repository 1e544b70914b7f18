/** All lowerings, by the operation's name. */
import type { Node } from "../../graph/index.ts";
import { attention, isByBlocks } from "./attention/index.ts";
import { caches } from "./cache.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { logic } from "./logic.ts";
import type { BlockOptions, Lowerings } from "./lowering.ts";
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
};

/** Which nodes need not be expanded: of attention, that to long sequences. */
export const lowersWith =
  (blocks?: BlockOptions) =>
  ({ operation: { name }, inputs }: Node): boolean =>
    name in lowerings && (!(name in attention) || isByBlocks(inputs[0]!.shape, blocks));
