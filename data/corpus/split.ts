/**
 * The one place where drawings are put on a side: trained on, or held out. The split is by content
 * alone, before any filter of length, so that runs which differ in grid, context or vocabulary hold
 * out the same drawings. What belongs together stands on one side: near-identical drawings
 * (`fingerprint.ts`), and where sets are mixed also drawings that look alike (`look-alikes.ts`) and
 * those of one name, since a caption whose icon of another set was trained on is not held out.
 */
import { createHash } from "node:crypto";
import type { CorpusEntry } from "./entry.ts";
import { fingerprint, positionOf } from "./fingerprint.ts";
import { lookOf } from "./look.ts";
import { cachedPairs } from "./look-alike-cache.ts";
import { findLookAlikes, mostCompared, type Pair } from "./look-alikes.ts";
import { nameKey } from "./name-key.ts";
import { Groups } from "./union-find.ts";

export interface SplitOptions {
  /** Share of the groups to hold out, 0 to 1. */
  readonly heldOut: number;
  /** Whether drawings of one name in several sets stand on one side; yes unless false. */
  readonly splitNames?: boolean;
}

export interface Split {
  readonly train: CorpusEntry[];
  readonly heldOut: CorpusEntry[];
}

export function splitEntries(entries: readonly CorpusEntry[], options: SplitOptions): Split {
  const prints = entries.map(({ drawing }) => fingerprint(drawing));
  const groups = new Groups(entries.length);
  groups.joinEqual(prints.map((print) => [print]));
  const sets = entries.map(({ set = 0 }) => set);
  if (new Set(sets).size > 1 && options.heldOut > 0) {
    if (options.splitNames !== false) {
      groups.joinEqual(entries.map(({ names = [] }) => names.map(nameKey)));
    }
    for (const [a, b] of lookAlikesAmong(entries, sets)) groups.join(a, b);
  }
  const split: Split = { train: [], heldOut: [] };
  for (const members of groups.lists()) {
    const position = positionOf(groupPrint(members, entries, prints));
    const side = position < options.heldOut ? split.heldOut : split.train;
    for (const member of members) side.push(...entries.slice(member, member + 1));
  }
  const order = new Map(entries.map((entry, index) => [entry, index]));
  const inOrder = (a: CorpusEntry, b: CorpusEntry) => order.get(a)! - order.get(b)!;
  return { train: split.train.sort(inOrder), heldOut: split.heldOut.sort(inOrder) };
}

/** Of very many drawings none: then prints and names alone say what belongs together. */
function lookAlikesAmong(entries: readonly CorpusEntry[], sets: readonly number[]): Pair[] {
  if (entries.length > mostCompared) return [];
  const drawings = entries.map(({ drawing }, index) => `${sets[index]} ${JSON.stringify(drawing)}`);
  return cachedPairs(drawings, () => {
    const looks = entries.map(({ drawing }) => lookOf(drawing));
    return findLookAlikes(looks, sets);
  });
}

/**
 * What a group's side follows from: the content of its members of the first set that has any, so
 * that a set which is added behind leaves the sides of the first as they are, as far as it can.
 */
function groupPrint(
  members: readonly number[],
  entries: readonly CorpusEntry[],
  prints: readonly string[],
): string {
  const first = members.reduce(
    (least, member) => Math.min(least, entries[member]?.set ?? 0),
    Number.POSITIVE_INFINITY,
  );
  const own = members.filter((member) => (entries[member]?.set ?? 0) === first);
  const distinct = [...new Set(own.map((member) => prints[member] ?? ""))].sort();
  const [only = "", ...others] = distinct;
  if (others.length === 0) return only;
  // The least of several prints would itself be small, and its group too often held out.
  return createHash("sha256").update(only).digest("hex");
}
