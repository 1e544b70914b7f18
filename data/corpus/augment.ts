/**
 * More drawings of what a corpus holds, each with captions that are true of it: flipped, shifted on
 * the grid, with thinner and bolder strokes. All exact on the grid and seeded by the entry.
 */
import seedrandom from "seedrandom";
import type { Drawing } from "../../svg/index.ts";
import type { CorpusEntry } from "./corpus.ts";
import { extentOf, isSymmetric } from "./extent.ts";
import { mirror, shift, withStrokes } from "./move.ts";
import { mirroredCaptions } from "./sides.ts";

const augmentations = ["mirror", "shift", "stroke"] as const;
export type Augmentation = (typeof augmentations)[number];

export interface AugmentOptions {
  readonly kinds: readonly Augmentation[];
  /** Farthest that a drawing is shifted to each side, in grid units. */
  readonly shiftBy: number;
}

export interface AugmentedDrawing {
  readonly kind: Augmentation;
  readonly drawing: Drawing;
  /** At least one, plainest first. */
  readonly captions: readonly string[];
}

export function augment(entry: CorpusEntry, options: AugmentOptions): AugmentedDrawing[] {
  const made: AugmentedDrawing[] = [];
  for (const kind of augmentations) {
    if (!options.kinds.includes(kind)) continue;
    if (kind === "mirror") made.push(...mirrored(entry));
    if (kind === "shift") made.push(...shifted(entry, options.shiftBy));
    if (kind === "stroke") made.push(...restroked(entry));
  }
  return made;
}

function mirrored({ captions, words = [], drawing }: CorpusEntry): AugmentedDrawing[] {
  const said = mirroredCaptions(captions, words, isSymmetric(drawing));
  return said === null ? [] : [{ kind: "mirror", drawing: mirror(drawing), captions: said }];
}

/** One copy, moved by a step drawn from all that keep the drawing on the canvas; none if there is none. */
function shifted({ id, captions, drawing }: CorpusEntry, by: number): AugmentedDrawing[] {
  const extent = extentOf(drawing);
  if (extent === null) return [];
  const random = seedrandom(`shift/${id}`);
  const step = (before: number, after: number) => {
    const least = -Math.min(by, Math.max(0, Math.floor(before)));
    const most = Math.min(by, Math.max(0, Math.floor(after)));
    return least + Math.floor(random() * (most - least + 1));
  };
  const dx = step(extent.left, drawing.width - extent.right);
  const dy = step(extent.top, drawing.height - extent.bottom);
  if (dx === 0 && dy === 0) return [];
  return [{ kind: "shift", drawing: shift(drawing, dx, dy), captions }];
}

const strokeWords = [
  { word: "thin", times: 0.5 },
  { word: "bold", times: 1.5 },
] as const;

/** Two copies with other strokes, and captions that say so; none of a drawing without strokes. */
function restroked({ captions, drawing }: CorpusEntry): AugmentedDrawing[] {
  return strokeWords.flatMap(({ word, times }): AugmentedDrawing[] => {
    let exact = true;
    let strokes = 0;
    const changed = withStrokes(drawing, (stroke) => {
      const width = stroke.width * times;
      strokes++;
      exact &&= Number.isInteger(4 * width);
      return { ...stroke, width };
    });
    if (strokes === 0 || !exact) return [];
    const said = captions.map((caption) => `${caption}, ${word}`);
    return [{ kind: "stroke", drawing: changed, captions: said }];
  });
}
