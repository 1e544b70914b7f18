/** Attention by blocks, for sequences whose square does not fit. */
import type { Lowerings } from "../lowering.ts";
import { differentiateByBlocks } from "./backward.ts";
import { attendByBlocks } from "./forward.ts";

export { isByBlocks } from "./blocks.ts";

export const attention: Lowerings = {
  causalAttention: attendByBlocks,
  causalAttentionGradient: differentiateByBlocks,
};
