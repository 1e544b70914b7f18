/**
 * The one place where drawings are put on a side: trained on, or held out. The split is by content
 * alone, before any filter of length, so that runs which differ in grid, context or vocabulary hold
 * out the same drawings. What belongs together stands on one side: near-identical drawings
 * (`fingerprint.ts`), and where sets are mixed also drawings that look alike (`look-alikes.ts`) and
 * those of one name, since a caption whose icon of another set was trained on is not held out.
 */
import { createHash } from "node:crypto";
import type { Drawing } from "../../svg/index.ts";
import type { CorpusEntry } from "./entry.ts";
import { fingerprint, positionOf } from "./fingerprint.ts";
import { lookOf } from "./look.ts";
import { cachedPairs } from "./look-alike-cache.ts";
import { findLookAlikes, findManyLookAlikes, mostPaired, type Pair } from "./look-alikes.ts";
import { nameKey } from "./name-key.ts";
import { Groups } from "./union-find.ts";

export interface SplitOptions {
  /** Share of the groups to hold out, 0 to 1. */
  readonly heldOut: number;
  /** Whether drawings of one name in several sets stand on one side; yes unless false. */
  readonly splitNames?: boolean;
  /** More drawings that shall stand on one side, by their numbers. */
  readonly joined?: readonly Pair[];
}

export interface Split {
  readonly train: readonly CorpusEntry[];
  readonly heldOut: readonly CorpusEntry[];
}

/** What the side of a drawing follows from. */
export interface SplitItem {
  /** Its fingerprint. */
  readonly print: string;
  /** Of what is shown with it, as the drawing behind an edit. */
  readonly otherPrint?: string;
  readonly set: number;
  readonly names: readonly string[];
}

export function splitEntries(entries: readonly CorpusEntry[], options: SplitOptions): Split {
  const items = entries.map(({ drawing, print, set = 0, names = [] }) => ({
    print: print ?? fingerprint(drawing),
    set,
    names,
  }));
  const isHeldOut = heldOutAmong(items, options, (index) => entries[index]!.drawing);
  return {
    train: entries.filter((_, index) => isHeldOut[index] === 0),
    heldOut: entries.filter((_, index) => isHeldOut[index] === 1),
  };
}

/**
 * @param drawingOf of an item, asked for where sets are mixed; of many items, again and again.
 * @returns 1 for each that is held out.
 */
export function heldOutAmong(
  items: readonly SplitItem[],
  options: SplitOptions,
  drawingOf: (index: number) => Drawing,
): Uint8Array {
  const groups = new Groups(items.length);
  groups.joinEqual(items.map(({ print, otherPrint = "" }) => [print, otherPrint]));
  const sets = items.map(({ set }) => set);
  if (new Set(sets).size > 1 && options.heldOut > 0) {
    if (options.splitNames !== false) {
      groups.joinEqual(items.map(({ names }) => names.map(nameKey)));
    }
    for (const [a, b] of lookAlikesAmong(drawingOf, sets)) groups.join(a, b);
  }
  for (const [a, b] of options.joined ?? []) groups.join(a, b);
  const isHeldOut = new Uint8Array(items.length);
  for (const members of groups.lists()) {
    if (positionOf(groupPrint(members, items)) >= options.heldOut) continue;
    for (const member of members) isHeldOut[member] = 1;
  }
  return isHeldOut;
}

function lookAlikesAmong(drawingOf: (index: number) => Drawing, sets: readonly number[]): Pair[] {
  const look = (index: number) => lookOf(drawingOf(index));
  function* texts() {
    for (const [index, set] of sets.entries()) yield `${set} ${JSON.stringify(drawingOf(index))}`;
  }
  return cachedPairs(texts(), sets.length, () =>
    sets.length > mostPaired
      ? findManyLookAlikes(look, sets)
      : findLookAlikes(
          sets.map((_, index) => look(index)),
          sets,
        ),
  );
}

/**
 * What a group is split by: the content of its members in the first set that has any. Later sets do
 * not count. A set that is added at the end then moves few drawings of the first ones.
 */
function groupPrint(members: readonly number[], items: readonly SplitItem[]): string {
  const first = members.reduce(
    (least, member) => Math.min(least, items[member]?.set ?? 0),
    Number.POSITIVE_INFINITY,
  );
  const own = members.filter((member) => (items[member]?.set ?? 0) === first);
  const distinct = [...new Set(own.map((member) => items[member]?.print ?? ""))].sort();
  const [only = "", ...others] = distinct;
  if (others.length === 0) return only;
  // The least of several prints would itself be small, and its group too often held out.
  return createHash("sha256").update(only).digest("hex");
}
