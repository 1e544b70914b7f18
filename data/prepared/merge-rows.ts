/** From the rows of all sources to the drawings of a set, each on its side of the split. */
import { heldOutAmong } from "../corpus/split.ts";
import { type PartSummary, readEntry, type StoredEntry, withFiles } from "./jobs.ts";
import type { PrepareOptions } from "./options.ts";
import { partFile } from "./read-rows.ts";

/** One entry a drawing, in the order of first rows, with its side. */
export function mergeRows(
  options: PrepareOptions,
  work: string,
  parts: readonly PartSummary[],
): StoredEntry[] {
  const found = new Map<string, number>();
  const merged: StoredEntry["rows"][number][][] = [];
  const items: { print: string; set: number; names: string[] }[] = [];
  const namesCount = options.sources.length > 1;
  for (const [number, { rows }] of parts.entries()) {
    const file = `${partFile(work, number)}.jsonl`;
    for (const { set, key, print, name, at, bytes } of rows) {
      const known = found.get(key);
      const index = known ?? merged.length;
      if (known === undefined) {
        found.set(key, index);
        merged.push([]);
        items.push({ print, set, names: [] });
      }
      merged[index]!.push({ file, at, bytes, weight: options.sources[set]?.weight ?? 1 });
      const { names } = items[index]!;
      if (namesCount && !names.includes(name)) names.push(name);
    }
  }
  const entryOf = (index: number, heldOut: boolean): StoredEntry => ({
    set: items[index]!.set,
    heldOut,
    rows: merged[index]!,
  });
  const { heldOut, splitNames } = options;
  const sides = heldOutAmong(items, { heldOut, splitNames }, () =>
    withFiles((files) => items.map((_, i) => readEntry(entryOf(i, false), files).drawing)),
  );
  return items.map((_, index) => entryOf(index, sides[index] === 1));
}
