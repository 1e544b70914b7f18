/** Whether all ranks have the same weights still. */
import { createHash } from "node:crypto";
import { type Communicator, gatherTexts, MpiError } from "../../distributed/index.ts";
import type { Buffer } from "../../engine/index.ts";
import type { SavedTensor } from "./update.ts";

/** SHA-256 in hexadecimal of all values, in their order. */
export function sumOfWeights(weights: Iterable<Pick<Buffer, "read">>): string {
  const hash = createHash("sha256");
  for (const buffer of weights) hash.update(buffer.read());
  return hash.digest("hex");
}

/** Of what a trainer keeps, the moving average of the weights, which each rank makes for itself. */
export function averagesIn(state: ReadonlyMap<string, SavedTensor>): SavedTensor[] {
  return [...state].flatMap(([name, tensor]) => (name.endsWith(".average") ? [tensor] : []));
}

/**
 * Processors of different kinds may round an update differently, and what differs once differs more and
 * more. All ranks ask together.
 * @throws MpiError naming the first rank whose weights are not those of rank 0
 */
export function refuseDrift(
  communicator: Communicator,
  weights: Iterable<Pick<Buffer, "read">>,
  step: number,
): void {
  if (communicator.size === 1) return;
  const [first, ...others] = gatherTexts(communicator, sumOfWeights(weights));
  const other = others.findIndex((sum) => sum !== first);
  if (other === -1) return;
  throw new MpiError(
    `step ${step}: the weights of rank ${other + 1} are no longer those of rank 0, as on processors that round differently; go on from the last checkpoint with distributed.shardOptimizer true, by which each weight is updated in one place`,
  );
}
