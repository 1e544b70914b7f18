/**
 * Captions that differ by one word, in rows: *arrow up, right, down, left* and below them the same of
 * *chevron*; *circle check, minus, plus, x* and below them *square*. Drawn side by side they show at a
 * glance whether a model follows its captions.
 */
import { nameIn } from "./resemblance/index.ts";

export interface ContrastOptions {
  /** Words that are exchanged in a row, and rows of a set. */
  readonly columns: number;
  readonly rows: number;
  /** Sets of rows, each with words of its own. */
  readonly sets: number;
}

const defaultContrasts: ContrastOptions = { columns: 4, rows: 4, sets: 2 };

/** Marks the word that is exchanged. */
const slot = "_";
/** Words of one pattern that are looked at; more only cost time. */
const mostWords = 120;

/**
 * @param captions of the drawings; names alone count, what stands before the first comma.
 * @returns rows of captions that differ by one word, row after row of a set; none where there are no
 * four such captions.
 */
export function contrastCaptions(
  captions: Iterable<string>,
  options: ContrastOptions = defaultContrasts,
): string[][] {
  const names = new Set([...captions].map(nameIn));
  const patterns = patternsOf(names);
  /** Words and captions that stand in a row already. */
  const used = new Set<string>();
  const rows: string[][] = [];
  for (let set = 0; set < options.sets; set++) {
    const words = bestWords(patterns, used, options);
    if (words === null) break;
    const found = [...patterns].filter(([pattern, filled]) =>
      words.every((word) => filled.has(word) && !used.has(pattern.replace(slot, word))),
    );
    // Short names first: they are the plainest.
    const chosen = found.map(([pattern]) => pattern).sort(byLength);
    for (const pattern of chosen.slice(0, options.rows)) {
      const row = words.map((word) => pattern.replace(slot, word));
      rows.push(row);
      for (const each of [...row, ...words]) used.add(each);
    }
  }
  return rows;
}

/** Names with a word taken out, and what can stand in its place. */
function patternsOf(names: ReadonlySet<string>): Map<string, Set<string>> {
  const patterns = new Map<string, Set<string>>();
  for (const name of names) {
    const words = name.split(" ");
    if (words.length < 2 || words.length > 3 || name.includes(slot)) continue;
    for (const [place, word] of words.entries()) {
      const pattern = words.map((each, i) => (i === place ? slot : each)).join(" ");
      const filled = patterns.get(pattern) ?? new Set();
      patterns.set(pattern, filled.add(word));
    }
  }
  return patterns;
}

/** Words that can be exchanged for each other in most patterns: a pair, then one more at a time. */
function bestWords(
  patterns: ReadonlyMap<string, ReadonlySet<string>>,
  used: ReadonlySet<string>,
  { columns }: ContrastOptions,
): string[] | null {
  const lists = [...patterns].map(([pattern, filled]) =>
    [...filled]
      .filter((word) => !used.has(word) && !used.has(pattern.replace(slot, word)))
      .slice(0, mostWords),
  );
  let chosen: string[] = [];
  while (chosen.length < columns) {
    const counts = new Map<string, number>();
    const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const list of lists) {
      if (!chosen.every((word) => list.includes(word))) continue;
      if (chosen.length > 0) for (const word of list) count(word);
      else
        for (const [i, word] of list.entries())
          for (const other of list.slice(i + 1)) count([word, other].sort().join(slot));
    }
    for (const word of chosen) counts.delete(word);
    const [best] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    if (best === undefined) return null;
    chosen = [...chosen, ...best[0].split(slot)];
  }
  return inOrder(chosen.slice(0, columns));
}

/** Directions around the clock, other words by the alphabet. */
function inOrder(words: readonly string[]): string[] {
  const clock = ["up", "right", "down", "left"];
  const place = (word: string) => (clock.includes(word) ? clock.indexOf(word) : clock.length);
  return [...words].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

function byLength(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}
