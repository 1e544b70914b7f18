/**
 * How causal attention is cut: into squares of a block of queries and a block of keys, of which only
 * those are computed in which something is in sight, one after the other.
 */
import { EngineError } from "../../../engine.ts";
import type { Shape } from "../../../graph/index.ts";
import { devicesOf } from "../../mesh/index.ts";
import type { BlockOptions, LowerOptions } from "../lowering.ts";

export const usualBlocks: BlockOptions = { longerThan: 1024 };

/**
 * Of accelerators: one loop of few large squares, for what the expansion cuts to fit a processor's caches
 * takes their compiler minutes.
 */
const ofAccelerators: BlockOptions = { longerThan: 64, scoresAtOnce: 2 ** 27 };

/**
 * Of a platform; `PATHLOOM_XLA_ATTENTION=fused` asks for the kernel of NVIDIA's cards.
 * @throws EngineError for a value that is neither that nor `blocks`
 */
export function attentionOn(platform: string): BlockOptions {
  if (platform === "cpu") return usualBlocks;
  const asked = process.env.PATHLOOM_XLA_ATTENTION ?? "blocks";
  if (asked !== "blocks" && asked !== "fused") {
    throw new EngineError(`PATHLOOM_XLA_ATTENTION is blocks or fused, not "${asked}"`);
  }
  const isAsked = platform === "cuda" && asked === "fused";
  return isAsked ? { ...ofAccelerators, fused: true } : ofAccelerators;
}

/** Whether the attention of these queries, `[batch, heads, sequence, headDim]`, is computed by blocks. */
export const isByBlocks = (query: Shape, { longerThan } = usualBlocks): boolean =>
  query[2]! > longerThan;

/** Unless given. */
const usualScores = 2 ** 22;
const [smallest, largest] = [64, 2048] as const;

export interface Blocks {
  /** Positions of a block. */
  readonly size: number;
  /** Of all blocks together: the sequence's, and what fills the last one. */
  readonly length: number;
  /** By square: where its queries begin, and where its keys do. */
  readonly queries: readonly number[];
  readonly keys: readonly number[];
}

/** @param window how many positions a query sees, its own included; 0 for all. */
export function cut(
  query: Shape,
  window: number,
  { attention = usualBlocks, mesh }: Pick<LowerOptions, "attention" | "mesh">,
): Blocks {
  const [batch, heads, sequenceLength] = query as [number, number, number];
  const most = attention.size ?? sizeFor(Math.ceil((batch * heads) / devicesOf(mesh)), attention);
  const count = Math.ceil(sequenceLength / most);
  const size = Math.ceil(sequenceLength / count);
  const starts = Array.from({ length: count }, (_, i) => i * size);
  const squares = starts.flatMap((queries) =>
    starts
      .filter((keys) => keys <= queries && (window === 0 || keys + size > queries - window + 1))
      .map((keys) => [queries, keys] as const),
  );
  return {
    size,
    length: count * size,
    queries: squares.map(([queries]) => queries),
    keys: squares.map(([, keys]) => keys),
  };
}

function sizeFor(heads: number, { scoresAtOnce = usualScores }: BlockOptions): number {
  const size = 2 ** Math.floor(Math.log2(Math.sqrt(scoresAtOnce / heads)));
  return Math.min(largest, Math.max(smallest, size));
}
