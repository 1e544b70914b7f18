/** Texts that go around, and work of which all ranks learn how it ended. */
import { UsageError } from "../errors/index.ts";
import type { Communicator } from "./communicator.ts";
import { OtherRankError } from "./error.ts";

/**
 * The texts of all ranks, by rank, on each of them.
 * @example
 * const hosts = gatherTexts(openCommunicator(), hostname());
 */
export function gatherTexts(communicator: Communicator, text: string): string[] {
  const { size, rank } = communicator;
  if (size === 1) return [text];
  const own = new TextEncoder().encode(text);
  const lengths = new Float64Array(size);
  lengths[rank] = own.length;
  communicator.allReduce(lengths);
  const counts = Int32Array.from(lengths);
  const all = new Uint8Array(counts.reduce((sum, count) => sum + count, 0));
  communicator.allGather(own, counts, all);
  let from = 0;
  return Array.from(counts, (count) => {
    from += count;
    return new TextDecoder().decode(all.subarray(from - count, from));
  });
}

/**
 * The text of rank 0, on every rank.
 * @param text of this rank, which counts at rank 0 alone.
 * @example
 * const folder = broadcastText(communicator, communicator.rank === 0 ? makeFolder() : "");
 */
export function broadcastText(communicator: Communicator, text: string): string {
  if (communicator.size === 1) return text;
  const own = new TextEncoder().encode(text);
  const length = Float64Array.of(own.length);
  communicator.broadcast(length, 0);
  const bytes = communicator.rank === 0 ? own : new Uint8Array(length[0]!);
  communicator.broadcast(bytes, 0);
  return new TextDecoder().decode(bytes);
}

/** Errors that all ranks know of, so that none waits for another. */
const common = new WeakSet<Error>();

/**
 * Whether all ranks threw together, by {@link agreed}: they may leave in good order.
 * @example
 * if (isCommon(error)) communicator.finish();
 */
export const isCommon = (error: unknown): boolean => error instanceof Error && common.has(error);

/**
 * Does something on every rank. Where it fails on one, all of them throw: the first that failed its own
 * error, the others an {@link OtherRankError}.
 * @throws what `work` throws; OtherRankError
 * @example
 * const data = await agreed(communicator, () => readDrawings("icons"));
 */
export async function agreed<T>(
  communicator: Communicator,
  work: () => T | Promise<T>,
): Promise<T> {
  if (communicator.size === 1) return work();
  let outcome: { readonly value: T } | { readonly error: unknown };
  try {
    outcome = { value: await work() };
  } catch (error) {
    outcome = { error };
  }
  const said = "error" in outcome ? describe(outcome.error) : "";
  const all = gatherTexts(communicator, said);
  const failed = all.findIndex((text) => text !== "");
  if (failed === -1 && "value" in outcome) return outcome.value;
  const error =
    failed === communicator.rank && "error" in outcome && outcome.error instanceof Error
      ? outcome.error
      : otherRank(failed, all[failed]!);
  common.add(error);
  throw error;
}

interface Failure {
  readonly message: string;
  readonly isUsage: boolean;
}

function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const failure: Failure = { message: message || "unknown", isUsage: isUsage(error) };
  return JSON.stringify(failure);
}

const isUsage = (error: unknown): boolean =>
  error instanceof UsageError || (error instanceof OtherRankError && error.isUsage);

function otherRank(rank: number, text: string): OtherRankError {
  const { message, isUsage } = JSON.parse(text) as Failure;
  return new OtherRankError(rank, message, isUsage);
}
