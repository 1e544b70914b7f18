/** What attention reads of a layer: queries, keys and values, and by what keys are weighed. */
import type { Value } from "../../engine/index.ts";

export interface LayerCache {
  /** `[batch, kvHeads, capacity, headDim]`; row `p` holds the token at position `p`. */
  readonly keys: Value;
  readonly values: Value;
}

/** How a layer weighs keys. */
export interface Scoring {
  readonly scale: number;
  readonly softcap: number | null;
  /** Tokens in sight; null for all. */
  readonly window: number | null;
  /** By head, what distances are multiplied by; null: distances do not count. */
  readonly slopes: readonly number[] | null;
}

/** `[batch, heads, sequence, headDim]` each, the latter two with `kvHeads`. */
export interface Operands {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
}
