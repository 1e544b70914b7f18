/**
 * Whether drawings follow their captions, by their looks: the rank of the caption's own icon among all
 * real ones, nearest first, and whether the nearest shares a word with the caption.
 */
import type { Drawing } from "../../../svg/index.ts";
import { type Estimate, estimateMean } from "../bootstrap.ts";
import type { IconSet } from "./icon-set.ts";
import { pictureOf } from "./picture.ts";
import { contentWords, shareWord } from "./words.ts";

export interface CaptionedDrawing {
  readonly caption: string;
  /** Null where none could be made. */
  readonly drawing: string | Drawing | null;
}

/** Shares, 0 to 1; `mrr` is the mean of one over the rank. */
export interface ResemblanceFigures<Figure> {
  /** The caption's own icon is the nearest of all. */
  readonly hit1: Figure;
  /** It is among the nearest five. */
  readonly hit5: Figure;
  readonly mrr: Figure;
  /** The nearest icon shares a word with the caption. */
  readonly sharedWord: Figure;
}

export interface Resemblance extends ResemblanceFigures<Estimate> {
  readonly drawings: number;
  /** Drawings whose caption has an icon in the set: `hit1`, `hit5` and `mrr` are over these. */
  readonly withIcon: number;
  /** Drawings that do not render or paint nothing: misses, all of them. */
  readonly unrendered: number;
  /** What icons taken at random reach. */
  readonly chance: ResemblanceFigures<number>;
}

/** Of one drawing. */
export interface Likeness {
  /** Of the caption's own icon, from 1; of several the first; null where the set has none. */
  readonly rank: number | null;
  readonly sharedWord: boolean;
  readonly rendered: boolean;
}

export function likeness({ caption, drawing }: CaptionedDrawing, set: IconSet): Likeness {
  const picture = drawing === null ? null : pictureOf(drawing);
  const own = set.iconsOf(caption);
  const known = own.length > 0;
  if (picture === null) {
    return {
      rank: known ? Number.POSITIVE_INFINITY : null,
      sharedWord: false,
      rendered: false,
    };
  }
  const similar = set.similarities(picture);
  const nearest = similar.reduce((best, value, icon) => (value > similar[best]! ? icon : best), 0);
  const best = own.reduce((most, icon) => Math.max(most, similar[icon]!), Number.NEGATIVE_INFINITY);
  return {
    rank: known ? 1 + similar.reduce((count, value) => count + Number(value > best), 0) : null,
    // Of equal pictures, the first is the nearest.
    sharedWord: shareWord(contentWords(caption), set.words(nearest)),
    rendered: true,
  };
}

/**
 * @param seed of the intervals.
 * @throws RangeError for a set without icons.
 */
export function resemblance(
  drawings: readonly CaptionedDrawing[],
  set: IconSet,
  seed: number | string,
): Resemblance {
  if (set.size === 0) throw new RangeError("no icons to compare drawings with");
  const each = drawings.map((drawing) => likeness(drawing, set));
  const ranks = each.flatMap(({ rank }) => (rank === null ? [] : [rank]));
  const estimate = (name: string, values: readonly (number | boolean)[]) =>
    estimateMean(values.map(Number), `${seed}/${name}`);
  return {
    drawings: drawings.length,
    withIcon: ranks.length,
    unrendered: each.filter(({ rendered }) => !rendered).length,
    hit1: estimate(
      "hit1",
      ranks.map((rank) => rank === 1),
    ),
    hit5: estimate(
      "hit5",
      ranks.map((rank) => rank <= 5),
    ),
    mrr: estimate(
      "mrr",
      ranks.map((rank) => 1 / rank),
    ),
    sharedWord: estimate(
      "word",
      each.map(({ sharedWord }) => sharedWord),
    ),
    chance: chanceOf(
      drawings.map(({ caption }) => caption),
      set,
    ),
  };
}

/** What the same captions reach with icons taken at random from the set. */
export function chanceOf(captions: readonly string[], set: IconSet): ResemblanceFigures<number> {
  const own = captions.map((caption) => set.iconsOf(caption).length).filter((count) => count > 0);
  const among = own.map((count) => ranksByChance(count, set.size));
  return {
    hit1: mean(among.map(({ hit1 }) => hit1)),
    hit5: mean(among.map(({ hit5 }) => hit5)),
    mrr: mean(among.map(({ mrr }) => mrr)),
    sharedWord: mean(captions.map((caption) => shareWithWord(contentWords(caption), set))),
  };
}

/** The best rank of `count` among `size` in a random order. */
function ranksByChance(count: number, size: number) {
  let none = 1;
  const chance = { hit1: 0, hit5: 0, mrr: 0 };
  for (let rank = 1; rank <= size - count + 1; rank++) {
    const here = none * (count / (size - rank + 1));
    if (rank === 1) chance.hit1 += here;
    if (rank <= 5) chance.hit5 += here;
    chance.mrr += here / rank;
    none -= here;
  }
  return chance;
}

function shareWithWord(words: ReadonlySet<string>, set: IconSet): number {
  let sharing = 0;
  for (let icon = 0; icon < set.size; icon++) sharing += Number(shareWord(words, set.words(icon)));
  return sharing / set.size;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / values.length;
}
