/** Attention by blocks, for sequences whose square does not fit, or by one kernel of cuDNN. */
import type { Node } from "../../../graph/index.ts";
import type { AttentionAttributes, CausalAttentionGradientAttributes } from "../../../ops/index.ts";
import type { Lowerings, LowerOptions, Site } from "../lowering.ts";
import type { Term, Writer } from "../writer.ts";
import { differentiateByBlocks } from "./backward.ts";
import { isByBlocks } from "./blocks.ts";
import { attendByBlocks } from "./forward.ts";
import { attendFused, differentiateFused, isFused } from "./fused.ts";

export { attentionOn } from "./blocks.ts";

/** Whether attention has a lowering of its own, and is not expanded. */
export function isWhole({ inputs, attributes }: Node, options: LowerOptions): boolean {
  const { shape } = inputs[0]!;
  const isKernel = isFused(shape, attributes as unknown as AttentionAttributes, options);
  return isKernel || isByBlocks(shape, options.attention);
}

const fuses = ({ inputs, attributes, options }: Site<AttentionAttributes>): boolean =>
  isFused(inputs[0]!.type.shape, attributes, options);

export const attention: Lowerings = {
  causalAttention: (writer: Writer, site: Site<AttentionAttributes>): Term[] =>
    fuses(site) ? attendFused(writer, site) : attendByBlocks(writer, site),
  causalAttentionGradient: (
    writer: Writer,
    site: Site<CausalAttentionGradientAttributes>,
  ): Term[] =>
    fuses(site) ? differentiateFused(writer, site) : differentiateByBlocks(writer, site),
};
