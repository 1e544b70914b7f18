/** How processes train one model together. */
import { alone, type Communicator } from "../../distributed/index.ts";

export interface ParallelOptions {
  readonly communicator: Communicator;
  /** Of gradients that are added up in one call. */
  readonly bucketBytes: number;
  /** Each process keeps the optimiser's state of a part of the parameters alone (ZeRO-1). */
  readonly shardOptimizer: boolean;
}

export const oneProcess: ParallelOptions = {
  communicator: alone,
  bucketBytes: 25e6,
  shardOptimizer: false,
};

export type Ranked = Pick<Communicator, "rank" | "size">;

/**
 * Which of a step's micro-batches a rank computes: they are dealt out one by one, so that ranks differ by
 * one at most.
 */
export const isOwn = (index: number, { rank, size }: Ranked): boolean => index % size === rank;

/** The place of a rank's micro-batch among those of all ranks. */
export const placeOf = (own: number, { rank, size }: Ranked): number => own * size + rank;
