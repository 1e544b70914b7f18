/** Texts that go around, and work of which all ranks learn how it ended. */
import { OtherRankError, UsageError } from "../errors/index.ts";
import type { Communicator } from "./communicator.ts";

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
 * error, the others an `OtherRankError`.
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

/**
 * A value of rank 0, on every rank: what JSON holds, with all numbers as they are.
 * @param value of this rank, which counts at rank 0 alone.
 * @example
 * const { loss } = broadcastValue(communicator, { loss: trainer.evaluate(batches).loss });
 */
export function broadcastValue<T>(communicator: Communicator, value: T): T {
  if (communicator.size === 1) return value;
  const text = communicator.rank === 0 ? JSON.stringify(value, keepNumbers) : "";
  return JSON.parse(broadcastText(communicator, text), asNumbers) as T;
}

/**
 * The values of all ranks, by rank, on each of them.
 * @example
 * const seconds = gatherValues(communicator, performance.now() / 1000);
 */
export function gatherValues<T>(communicator: Communicator, value: T): T[] {
  if (communicator.size === 1) return [value];
  const texts = gatherTexts(communicator, JSON.stringify(value, keepNumbers));
  return texts.map((text) => JSON.parse(text, asNumbers) as T);
}

/**
 * Sums over all ranks, in double precision.
 * @example
 * const [tokens, seconds] = sumOf(communicator, [batch.targetCount, elapsed]);
 */
export function sumOf<const T extends readonly number[]>(
  communicator: Communicator,
  numbers: T,
): { -readonly [K in keyof T]: number } {
  const values = Float64Array.from(numbers);
  communicator.allReduce(values);
  return [...values] as { -readonly [K in keyof T]: number };
}

/** JSON has no infinity and no NaN. */
function keepNumbers(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? { [marker]: `${value}` } : value;
}

function asNumbers(_key: string, value: unknown): unknown {
  const isMarked = typeof value === "object" && value !== null && marker in value;
  return isMarked ? Number((value as Record<string, unknown>)[marker]) : value;
}

const marker = "\u0000number";
