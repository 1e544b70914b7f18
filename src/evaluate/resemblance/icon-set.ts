/** The real icons that drawings are compared with: a picture, captions and words of each. */
import type { Drawing } from "../../../svg/index.ts";
import { pictureOf, pictureSide } from "./picture.ts";
import { contentWords, nameIn } from "./words.ts";

export interface RealIcon {
  /** At least one. An icon of several names has a caption of each. */
  readonly captions: readonly string[];
  readonly drawing: string | Drawing;
}

const pixels = pictureSide * pictureSide;

/**
 * Real icons by caption, each with a picture, to find the one that a drawing is nearest to.
 * @example
 * const set = new IconSet([{ captions: ["arrow right"], drawing: svg }]);
 * console.log(set.size, set.iconsOf("arrow right"));
 */
export class IconSet {
  /** Pictures one after the other; those that do not render are left out. */
  readonly #pictures: Float32Array;
  readonly #captions: (readonly string[])[] = [];
  readonly #words: ReadonlySet<string>[] = [];
  /** Icons by caption, whole and up to its first comma. */
  readonly #byCaption = new Map<string, number[]>();

  constructor(icons: Iterable<RealIcon>) {
    const pictures: Float32Array[] = [];
    for (const { captions, drawing } of icons) {
      const picture = pictureOf(drawing);
      if (picture === null) continue;
      const index = pictures.push(picture) - 1;
      const names = captions.map(nameIn);
      this.#captions.push(captions);
      this.#words.push(new Set(names.flatMap((name) => [...contentWords(name)])));
      for (const key of new Set([...captions.map(keyOf), ...names])) {
        const known = this.#byCaption.get(key);
        if (known === undefined) this.#byCaption.set(key, [index]);
        else known.push(index);
      }
    }
    this.#pictures = new Float32Array(pictures.length * pixels);
    for (const [index, picture] of pictures.entries()) this.#pictures.set(picture, index * pixels);
  }

  get size(): number {
    return this.#captions.length;
  }

  captions(icon: number): readonly string[] {
    return this.#captions[icon] ?? [];
  }

  /** Of all its names. */
  words(icon: number): ReadonlySet<string> {
    return this.#words[icon] ?? new Set();
  }

  /** The icons that a caption asks for: those that have it, else those of its name; none for others. */
  iconsOf(caption: string): readonly number[] {
    return this.#byCaption.get(keyOf(caption)) ?? this.#byCaption.get(nameIn(caption)) ?? [];
  }

  /** The cosine of a picture with each icon's, `[size]`. */
  similarities(picture: Float32Array): Float64Array {
    const similar = new Float64Array(this.size);
    for (let icon = 0; icon < similar.length; icon++) {
      const from = icon * pixels;
      let sum = 0;
      for (let i = 0; i < pixels; i++) sum += picture[i]! * this.#pictures[from + i]!;
      similar[icon] = sum;
    }
    return similar;
  }
}

function keyOf(caption: string): string {
  return caption.trim().toLowerCase();
}
