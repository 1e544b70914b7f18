/**
 * More drawings of what a corpus holds, each with captions that are true of it: flipped, shifted and in
 * other sizes on the grid, with thinner and bolder strokes, in other colours, painted in another order. All
 * but sizes are exact on the grid, and all are seeded by the entry.
 */
import seedrandom from "seedrandom";
import type { Drawing } from "../../svg/index.ts";
import { recoloredCaptions } from "./color-words.ts";
import type { CorpusEntry } from "./corpus.ts";
import { extentOf, isSymmetric } from "./extent.ts";
import { mirror, shift, withStrokes } from "./move.ts";
import { changed, colorName, colorsOf, withColors } from "./recolor.ts";
import { reorder } from "./reorder.ts";
import { scale } from "./scale.ts";
import { mirroredCaptions } from "./sides.ts";

const augmentations = ["mirror", "shift", "scale", "stroke", "color", "order"] as const;
export type Augmentation = (typeof augmentations)[number];

export interface AugmentOptions {
  readonly kinds: readonly Augmentation[];
  /** Farthest that a drawing is shifted to each side, in grid units. */
  readonly shiftBy: number;
  /** Farthest that a drawing grows or shrinks, as a share of its size; 0.25 unless given. */
  readonly scaleBy?: number;
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
    if (kind === "scale") made.push(...rescaled(entry, options.scaleBy ?? 0.25));
    if (kind === "stroke") made.push(...restroked(entry));
    if (kind === "color") made.push(...recolored(entry));
    if (kind === "order") made.push(...reordered(entry));
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

/** What a caption says of a size would be true of one alone. */
const sizeWords =
  /\b(small|smaller|large|larger|big|bigger|tiny|huge|little|mini|micro|full|half|size|resize|zoom|maximi[sz]e|minimi[sz]e|expand|shrink|grow|scale)\b/;

/** One copy, by a factor drawn from the sixteenths that keep it on the canvas; none if there is none. */
function rescaled({ id, captions, words = [], drawing }: CorpusEntry, by: number) {
  const said = [...captions, ...words].map((text) => text.replaceAll(/[-_]+/g, " ").toLowerCase());
  const extent = extentOf(drawing);
  if (extent === null || said.some((text) => sizeWords.test(text))) return [];
  const [x, y] = [drawing.width / 2, drawing.height / 2];
  const reach = Math.max(
    Math.max(x - extent.left, extent.right - x) / x,
    Math.max(y - extent.top, extent.bottom - y) / y,
  );
  const factors = Array.from({ length: 33 }, (_, i) => i / 16).filter(
    (times) =>
      times > 0 && times !== 1 && Math.abs(times - 1) <= by && (times < 1 || reach * times <= 1),
  );
  const times = factors[Math.floor(seedrandom(`scale/${id}`)() * factors.length)];
  if (times === undefined) return [];
  return [{ kind: "scale" as const, drawing: scale(drawing, times), captions }];
}

/** One copy in other colours; none of a drawing in greys, or where captions would not be true of it. */
function recolored({ id, captions, words = [], drawing }: CorpusEntry): AugmentedDrawing[] {
  const colors = colorsOf(drawing).filter((rgb) => colorName(rgb) !== null);
  if (colors.length === 0) return [];
  const random = seedrandom(`color/${id}`);
  const change = {
    hue: 120 * random() - 60,
    lightness: 0.16 * random() - 0.08,
    chroma: 0.8 + 0.4 * random(),
  };
  const turned = new Map(colors.map((rgb) => [rgb, changed(rgb, change)]));
  if (colors.every((rgb) => turned.get(rgb) === rgb)) return [];
  const names = new Map<string, Set<string>>();
  for (const [before, after] of turned) {
    const name = colorName(before)!;
    names.set(name, (names.get(name) ?? new Set()).add(colorName(after) ?? "grey"));
  }
  const said = recoloredCaptions(captions, words, names);
  if (said === null) return [];
  const made = withColors(drawing, (rgb) => turned.get(rgb) ?? rgb);
  return [{ kind: "color", drawing: made, captions: said }];
}

/** One copy; none where the order is all that could be told. */
function reordered({ id, captions, drawing }: CorpusEntry): AugmentedDrawing[] {
  const made = reorder(drawing, seedrandom(`order/${id}`));
  const isSame = made.elements.every((element, index) => element === drawing.elements[index]);
  return isSame ? [] : [{ kind: "order", drawing: made, captions }];
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
