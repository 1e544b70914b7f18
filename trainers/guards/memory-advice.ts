/** What to say when memory ends, or is going to: which key to change, and to what. */
import { PathloomError } from "../../errors/index.ts";

/** Memory ended; the message says what takes less. */
export class OutOfMemoryError extends PathloomError {
  override readonly name: string = "OutOfMemoryError";
  override readonly code: string = "ERR_OUT_OF_MEMORY";
}

/** What the engines and the runtime say where an allocation fails. */
const allocationFailures =
  /bad_?alloc|failed to allocate|allocation failed|out of memory|\bOOM\b|RESOURCE_EXHAUSTED|cannot allocate memory|ENOMEM/i;

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && allocationFailures.test(`${error.message} ${causeOf(error)}`);
}

const causeOf = ({ cause }: Error): string => (cause instanceof Error ? cause.message : "");

export interface MemoryQuestion {
  readonly batchSize: number;
  readonly gradientAccumulationSteps: number;
  readonly gradientCheckpointing: boolean;
  /** Bytes that a run with batches of so many rows takes. */
  readonly needed: (batchSize: number) => number;
  /** Bytes that there are; null where it is not known. */
  readonly available: number | null;
  /** Of `needed`, what does not depend on the batch. */
  readonly fixed: number;
}

/** Keys that take less memory, with their values and what a run takes then. */
export function memoryAdvice(question: MemoryQuestion): string {
  const { batchSize, gradientAccumulationSteps: passes, needed, available, fixed } = question;
  const have = available === null ? "" : `, and ${gigabytes(available)} are free`;
  const takes = `${batchSize} rows take about ${gigabytes(needed(batchSize))}${have}`;
  const parts: string[] = [];
  const smaller = smallerBatch(question);
  if (smaller !== null) {
    parts.push(
      `train.batchSize ${smaller} with train.gradientAccumulationSteps ${passes * (batchSize / smaller)} makes the same updates in about ${gigabytes(needed(smaller))}`,
    );
  }
  if (!question.gradientCheckpointing)
    parts.push("train.gradientCheckpointing true takes less yet");
  if (fixed > needed(batchSize) / 2) {
    parts.push(
      `${gigabytes(fixed)} of it are weights, gradients and moments, which train.optimizer adamw-8bit or train.method lora makes less of`,
    );
  }
  parts.push("a shorter model.contextLength takes less in proportion");
  return `${takes}: ${parts.join("; ")}`;
}

/** The largest that fits, of halves; half of it where the free memory is not known; null for one row. */
function smallerBatch({ batchSize, needed, available }: MemoryQuestion): number | null {
  let rows = batchSize;
  while (rows % 2 === 0) {
    rows /= 2;
    if (available === null || needed(rows) <= 0.9 * available) return rows;
  }
  return rows < batchSize ? rows : null;
}

function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
