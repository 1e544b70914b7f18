/** All lowerings, by the operation's name. */
import { caches } from "./cache.ts";
import { elementwise } from "./elementwise.ts";
import { indexing } from "./indexing.ts";
import { logic } from "./logic.ts";
import type { Lowerings } from "./lowering.ts";
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
};
