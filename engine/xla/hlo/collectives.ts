/** What the devices of a mesh exchange in a run, by the module that XLA has made. */
import type { Computation, Instruction } from "./module.ts";

export const collectiveKinds = [
  "all-reduce",
  "all-gather",
  "reduce-scatter",
  "all-to-all",
  "collective-permute",
] as const;

export type CollectiveKind = (typeof collectiveKinds)[number];

/** The exchanges of one kind among groups of one size, in a run. */
export interface Collective {
  readonly kind: CollectiveKind;
  /** That exchange with one another. */
  readonly devices: number;
  readonly count: number;
  /** Of the results, on each device. */
  readonly bytes: number;
  /** That each device sends, if they pass it on in a ring. */
  readonly sentBytes: number;
}

/** @param partitions devices of the whole mesh. */
export function collectivesOf(
  computations: readonly Computation[],
  partitions: number,
): Collective[] {
  const found = new Map<string, Collective>();
  for (const { instructions, runs } of computations) {
    for (const instruction of instructions) {
      const one = collectiveOf(instruction, partitions);
      if (one === null) continue;
      const key = `${one.kind} ${one.devices}`;
      found.set(key, sum(found.get(key), one, runs));
    }
  }
  const rank = ({ kind }: Collective) => collectiveKinds.indexOf(kind);
  return [...found.values()].toSorted((a, b) => rank(a) - rank(b) || a.devices - b.devices);
}

/** Null of what exchanges nothing; a start counts, and what waits for it does not. */
function collectiveOf(
  { opcode, results, groupSize }: Instruction,
  partitions: number,
): Collective | null {
  const kind = collectiveKinds.find((each) => opcode === each || opcode === `${each}-start`);
  if (kind === undefined) return null;
  const devices = groupSize === 0 ? partitions : groupSize;
  // Of a start that gives its operands on, too, the result is the second part.
  const isPair = opcode.endsWith("-start") && kind !== "all-reduce" && results.length > 1;
  const bytes = (isPair ? [results[1]!] : results).reduce((total, each) => total + each.bytes, 0);
  return { kind, devices, count: 1, bytes, sentBytes: sentBy(kind, devices, bytes) };
}

/** In a ring (Patarasuk and Yuan 2009): each device passes on what the others lack. */
function sentBy(kind: CollectiveKind, devices: number, bytes: number): number {
  const others = (devices - 1) / devices;
  switch (kind) {
    case "all-reduce":
      return 2 * others * bytes;
    case "all-gather":
    case "all-to-all":
      return others * bytes;
    case "reduce-scatter":
      return (devices - 1) * bytes;
    case "collective-permute":
      return bytes;
  }
}

function sum(before: Collective | undefined, one: Collective, runs: number): Collective {
  const { count = 0, bytes = 0, sentBytes = 0 } = before ?? {};
  return {
    kind: one.kind,
    devices: one.devices,
    count: count + runs * one.count,
    bytes: bytes + runs * one.bytes,
    sentBytes: sentBytes + runs * one.sentBytes,
  };
}
