/**
 * The engine `xla` compiles for seconds what others begin at once. The suite takes of its tests what is
 * essential; `PATHLOOM_ALL_XLA=1 npm test -- xla` takes all. What is left out counts as skipped.
 */
import type { EngineName } from "../../engine/index.ts";

export const isBrief = (engine: EngineName): boolean =>
  engine === "xla" && process.env.PATHLOOM_ALL_XLA === undefined;

/** Says what is left out. */
export function tellBrief(what: string): void {
  console.log(`SKIPPED ${what}: left to PATHLOOM_ALL_XLA=1 npm test -- xla`);
}

/** Of cases named by their operation first the second and the last of each operation. */
export function essential<T extends { readonly name: string }>(cases: readonly T[]): T[] {
  return [...byOperation(cases).values()].flatMap((each) => [
    ...new Set([each[Math.min(1, each.length - 1)]!, each.at(-1)!]),
  ]);
}

function byOperation<T extends { readonly name: string }>(cases: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of cases) {
    const operation = one.name.split(/[:, ]/, 1)[0]!;
    groups.set(operation, [...(groups.get(operation) ?? []), one]);
  }
  return groups;
}
