/** What a device computes and moves in a run, counted from the module that XLA has made. */
import type { Computation, Instruction } from "./module.ts";

export interface Costs {
  /** Of products of matrices, two for each multiplication. */
  readonly flops: number;
  /** Bytes that kernels read and write; of what they read in parts the whole. */
  readonly bytesAccessed: number;
}

export function costsOf(computations: readonly Computation[]): Costs {
  let [flops, bytesAccessed] = [0, 0];
  for (const { instructions, runs, isKernel } of computations) {
    const byId = new Map(instructions.map((each) => [each.id, each]));
    for (const instruction of instructions) {
      flops += runs * flopsOf(instruction, byId);
      if (!isKernel) bytesAccessed += runs * bytesMovedBy(instruction, byId);
    }
  }
  return { flops, bytesAccessed };
}

type Instructions = ReadonlyMap<number, Instruction>;

const product = (sizes: readonly number[]): number =>
  sizes.reduce((total, size) => total * size, 1);

/** A product's: an instruction of XLA's, or a call of the vendor's library. */
function flopsOf(
  { results, operands, contracted, scores }: Instruction,
  byId: Instructions,
): number {
  const [left] = byId.get(operands[0] ?? -1)?.results ?? [];
  const width = left?.sizes.at(-1) ?? 0;
  // A kernel for attention: each score is made of, or weighs, so many numbers.
  if (scores.length > 0) return scores.reduce((sum, each) => sum + 2 * product(each) * width, 0);
  if (contracted.length === 0 || left === undefined) return 0;
  const summed = product(contracted.map((axis) => left.sizes[axis] ?? 1));
  return 2 * product(results[0]!.sizes) * summed;
}

/** Names for what is there; exchanges are counted by themselves. */
const idle =
  /^(parameter|constant|tuple|get-tuple-element|bitcast|partition-id|after-all|while|call|conditional)$|^async-|-(start|done|update)$/;

function bytesMovedBy(instruction: Instruction, byId: Instructions): number {
  const { opcode, operands, contracted } = instruction;
  if (idle.test(opcode)) return 0;
  // The vendor's products have room to work in beside their result.
  const results = contracted.length > 0 ? instruction.results.slice(0, 1) : instruction.results;
  const read = operands.flatMap((id) => byId.get(id)?.results ?? []);
  return [...results, ...read].reduce((total, { bytes }) => total + bytes, 0);
}
