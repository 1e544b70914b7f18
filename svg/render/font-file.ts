/** What is asked of a font file before it is set in: whether it is one, and which characters it has. */
import { PathloomError } from "../../errors/index.ts";

/** A font file that cannot be used; the message names it and says why. */
export class FontError extends PathloomError {
  override readonly name: string = "FontError";
  override readonly code: string = "ERR_FONT";
}

/** Bytes of a font file; fonts of all of Chinese have some 20 million. */
export const largestFont = 2 ** 26;
/** Tables of a font, and maps of characters in one. */
const mostTables = 256;

const magics = new Set([0x00010000, 0x4f54544f, 0x74727565, 0x74746366]);

/** The characters of a TrueType or OpenType font, by binary search in its table as it lies in the file. */
export class FontFile {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  /** Where a map of characters to glyphs lies, and how it is written. */
  readonly #maps: readonly { readonly at: number; readonly format: 4 | 12 }[];

  /**
   * @param name of the file, for errors
   * @throws FontError where it is no font, is too large or has no map of characters
   */
  constructor(bytes: Uint8Array, name: string) {
    const fault = (why: string) => new FontError(`${name}: ${why}`);
    if (bytes.length > largestFont) throw fault(`a font of over ${largestFont} bytes is not read`);
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    try {
      this.#maps = this.#findMaps();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw fault("no TrueType or OpenType font (.ttf, .otf, .ttc), or one that breaks off");
    }
    if (this.#maps.length === 0) throw fault("the font has no map of Unicode characters");
  }

  /** A damaged table has none. */
  has(codePoint: number): boolean {
    try {
      return this.#maps.some(({ at, format }) =>
        format === 12 ? this.#inGroups(at, codePoint) : this.#inSegments(at, codePoint),
      );
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  /** @throws RangeError where the file ends before, or is something else */
  #findMaps(): { at: number; format: 4 | 12 }[] {
    const view = this.#view;
    const magic = view.getUint32(0);
    if (!magics.has(magic)) throw new RangeError("no font");
    // A collection holds several fonts, of which the first counts.
    const start = magic === 0x74746366 ? view.getUint32(12) : 0;
    const tables = Math.min(view.getUint16(start + 4), mostTables);
    for (let i = 0; i < tables; i++) {
      const at = start + 12 + 16 * i;
      // "cmap"
      if (view.getUint32(at) === 0x636d6170) return this.#unicodeMaps(view.getUint32(at + 8));
    }
    return [];
  }

  #unicodeMaps(table: number): { at: number; format: 4 | 12 }[] {
    const view = this.#view;
    const maps: { at: number; format: 4 | 12 }[] = [];
    const count = Math.min(view.getUint16(table + 2), mostTables);
    for (let i = 0; i < count; i++) {
      const entry = table + 4 + 8 * i;
      const platform = view.getUint16(entry);
      const encoding = view.getUint16(entry + 2);
      if (platform !== 0 && !(platform === 3 && (encoding === 1 || encoding === 10))) continue;
      const at = table + view.getUint32(entry + 4);
      const format = view.getUint16(at);
      if (format === 4 || format === 12) maps.push({ at, format });
    }
    return maps;
  }

  /** Format 12: groups of characters, each with its first and last. */
  #inGroups(at: number, codePoint: number): boolean {
    const view = this.#view;
    const groups = at + 16;
    let [low, high] = [0, view.getUint32(at + 12) - 1];
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const group = groups + 12 * middle;
      if (codePoint < view.getUint32(group)) high = middle - 1;
      else if (codePoint > view.getUint32(group + 4)) low = middle + 1;
      else return view.getUint32(group + 8) + codePoint - view.getUint32(group) !== 0;
    }
    return false;
  }

  /** Format 4: segments of characters below 65,536, their ends first. */
  #inSegments(at: number, codePoint: number): boolean {
    if (codePoint > 0xfffe) return false;
    const view = this.#view;
    const double = view.getUint16(at + 6) & ~1;
    const ends = at + 14;
    let [low, high] = [0, double / 2 - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (view.getUint16(ends + 2 * middle) < codePoint) low = middle + 1;
      else high = middle;
    }
    const start = view.getUint16(ends + double + 2 + 2 * low);
    if (high < 0 || codePoint < start || codePoint > view.getUint16(ends + 2 * low)) return false;
    const delta = view.getUint16(ends + 2 * double + 2 + 2 * low);
    const offsetAt = ends + 3 * double + 2 + 2 * low;
    const offset = view.getUint16(offsetAt);
    const glyph =
      offset === 0 ? codePoint : view.getUint16(offsetAt + offset + 2 * (codePoint - start));
    return glyph !== 0 && ((glyph + delta) & 0xffff) !== 0;
  }
}
