/** From the rows of all sources to the drawings of a set, each on its side of the split. */
import { heldOutAmong } from "../corpus/split.ts";
import { amongKept } from "../corpus/without-like.ts";
import { colorLookOf } from "../filters/perceptual-hash.ts";
import { judgeSet, judgesSets } from "../filters/set-filters.ts";
import type { BadRow } from "../sources/source.ts";
import {
  hashesIn,
  type OpenFiles,
  type PartSummary,
  readEntry,
  type StoredEntry,
  withFiles,
} from "./jobs.ts";
import type { PrepareOptions } from "./options.ts";
import { partFile } from "./read-rows.ts";

export interface MergedRows {
  /** One a drawing, in the order of first rows, each with its side. */
  readonly entries: readonly StoredEntry[];
  /** Drawings that a filter left out for others. */
  readonly left: readonly (BadRow & { readonly set: number })[];
}

interface Merged {
  readonly print: string;
  readonly set: number;
  readonly names: string[];
  readonly caption: string;
  readonly look: string | null;
  readonly rows: StoredEntry["rows"][number][];
}

export function mergeRows(
  options: PrepareOptions,
  work: string,
  parts: readonly PartSummary[],
): MergedRows {
  return withFiles((files) => {
    const all = merged(options, work, parts);
    const { kept, joined, left } = judged(all, options, files);
    const { heldOut, splitNames } = options;
    const drawingOf = (index: number) => readEntry(entryOf(kept[index]!, false), files).drawing;
    const sides = heldOutAmong(kept, { heldOut, splitNames, joined }, drawingOf);
    return { entries: kept.map((one, index) => entryOf(one, sides[index] === 1)), left };
  });
}

function entryOf({ set, rows }: Merged, heldOut: boolean): StoredEntry {
  return { set, heldOut, rows };
}

function merged(
  { sources }: PrepareOptions,
  work: string,
  parts: readonly PartSummary[],
): readonly Merged[] {
  const found = new Map<string, Merged>();
  for (const [number, { rows }] of parts.entries()) {
    const file = `${partFile(work, number)}.jsonl`;
    for (const { set, key, print, name, look = null, at, bytes } of rows) {
      const one = found.get(key) ?? { print, set, names: [], caption: name, look, rows: [] };
      found.set(key, one);
      one.rows.push({ file, at, bytes, weight: sources[set]?.weight ?? 1 });
      if (sources.length > 1 && !one.names.includes(name)) one.names.push(name);
    }
  }
  return [...found.values()];
}

function judged(all: readonly Merged[], { filters }: PrepareOptions, files: OpenFiles) {
  if (!judgesSets(filters).judges) return { kept: all, joined: [], left: [] };
  const read = (index: number) => readEntry(entryOf(all[index]!, false), files);
  const { faults, joined } = judgeSet(
    {
      length: all.length,
      hashesOf: (index) => hashesIn(all[index]!.look),
      lookOf: (index) => colorLookOf(read(index).drawing),
      captionOf: (index) => all[index]!.caption,
      idOf: (index) => read(index).id,
    },
    filters,
  );
  return {
    kept: all.filter((_, index) => faults[index] === null),
    joined: amongKept(joined, faults),
    left: faults.flatMap((fault, index) =>
      fault === null ? [] : [{ set: all[index]!.set, place: read(index).id, ...fault }],
    ),
  };
}
