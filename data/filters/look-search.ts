/**
 * Finds what looks alike among hundreds of thousands in bounded memory: 32 bytes of hash and 84 of index each.
 * Hashes that share one of 21 bands of twelve bits are counted bit by bit, and the looks of those that agree on
 * most are compared. A pair at a cosine of 0.95 shares a band in 999 cases of 1,000 (each bit with a chance of
 * 90 %; Indyk and Motwani 1998).
 */

export const hashBits = 256;
export const hashWords = hashBits / 32;

const bandBits = 12;
const bands = Math.floor(hashBits / bandBits);
const buckets = 1 << bandBits;

/** Bits that may differ: 26 on average at a cosine of 0.95, more than 45 once in ten thousand pairs. */
const mostDifferent = 45;

/** Of a bucket, the newest alone are looked at, and of those that agree, the nearest: bounds on time. */
const mostOfBucket = 4096;
const mostCompared = 64;

/** Looks that are kept, since one that is compared once is likely compared again. */
const mostLooks = 2048;

/** What is searched, each by its number. */
export interface Searched<Look> {
  readonly length: number;
  /** `[16]`: the hash of a drawing and that of its mirror image; null where nothing shows. */
  readonly hashesOf: (index: number) => Int32Array | null;
  /** Asked for again and again. */
  readonly lookOf: (index: number) => Look | null;
  readonly alike: (a: Look, b: Look) => boolean;
  readonly mirrored: (look: Look) => Look;
  /** Whether a pair is looked for; any is unless given. */
  readonly compared?: (a: number, b: number) => boolean;
}

/** Pairs that look the same, mirrored or not: enough of them to join each group. */
export function pairsAlike<Look>(items: Searched<Look>): [a: number, b: number][] {
  const pairs: [number, number][] = [];
  const search = new LookSearch(items);
  for (let index = 0; index < items.length; index++) {
    for (const mirrored of [false, true]) {
      for (const other of search.alike(index, mirrored, () => false)) pairs.push([other, index]);
    }
    search.add(index);
  }
  return pairs;
}

export class LookSearch<Look> {
  readonly #items: Searched<Look>;
  readonly #hashes: Int32Array;
  /** By band and bucket, the newest that is in it; by band and item, the one before it. */
  readonly #newest = new Int32Array(bands * buckets).fill(-1);
  readonly #before: Int32Array;
  /** By item, the number of the search that saw it last. */
  readonly #seen: Int32Array;
  readonly #looks = new Map<number, Look | null>();
  #searches = 0;

  constructor(items: Searched<Look>) {
    this.#items = items;
    this.#hashes = new Int32Array(items.length * hashWords);
    this.#before = new Int32Array(items.length * bands);
    this.#seen = new Int32Array(items.length);
  }

  add(index: number): void {
    const hash = this.#items.hashesOf(index)?.subarray(0, hashWords);
    if (hash === undefined) return;
    this.#hashes.set(hash, index * hashWords);
    for (let band = 0; band < bands; band++) {
      const bucket = band * buckets + bandOf(hash, band);
      this.#before[index * bands + band] = this.#newest[bucket]!;
      this.#newest[bucket] = index;
    }
  }

  /** Those added that look like an item, the likeliest first. @param isEnough of one that was found. */
  alike(index: number, mirrored: boolean, isEnough: (other: number) => boolean): number[] {
    const both = this.#items.hashesOf(index);
    if (both === null) return [];
    const hash = mirrored ? both.subarray(hashWords) : both.subarray(0, hashWords);
    const near = this.#near(index, hash);
    if (near.length === 0) return [];
    const look = this.#lookOf(index);
    if (look === null) return [];
    const turned = mirrored ? this.#items.mirrored(look) : look;
    const found: number[] = [];
    for (const other of near) {
      const its = this.#lookOf(other);
      if (its === null || !this.#items.alike(turned, its)) continue;
      found.push(other);
      if (isEnough(other)) break;
    }
    return found;
  }

  #near(index: number, hash: Int32Array): number[] {
    const { compared } = this.#items;
    const search = ++this.#searches;
    const found: { readonly other: number; readonly bits: number }[] = [];
    for (let band = 0; band < bands; band++) {
      let other = this.#newest[band * buckets + bandOf(hash, band)]!;
      for (let seen = 0; other >= 0 && seen < mostOfBucket; seen++) {
        if (this.#seen[other] !== search) {
          this.#seen[other] = search;
          const bits = differing(hash, this.#hashes, other * hashWords);
          if (bits <= mostDifferent && compared?.(index, other) !== false) {
            found.push({ other, bits });
          }
        }
        other = this.#before[other * bands + band]!;
      }
    }
    found.sort((a, b) => a.bits - b.bits || a.other - b.other);
    return found.slice(0, mostCompared).map(({ other }) => other);
  }

  #lookOf(index: number): Look | null {
    const known = this.#looks.get(index);
    const look = known === undefined ? this.#items.lookOf(index) : known;
    // The one that was asked for last goes last.
    this.#looks.delete(index);
    this.#looks.set(index, look);
    if (this.#looks.size > mostLooks) {
      for (const oldest of this.#looks.keys()) {
        this.#looks.delete(oldest);
        break;
      }
    }
    return look;
  }
}

function bandOf(hash: Int32Array, band: number): number {
  const bit = band * bandBits;
  const [word, shift] = [bit >> 5, bit & 31];
  const low = hash[word]! >>> shift;
  const high = shift > 32 - bandBits ? hash[word + 1]! << (32 - shift) : 0;
  return (low | high) & (buckets - 1);
}

function differing(hash: Int32Array, hashes: Int32Array, at: number): number {
  let bits = 0;
  for (let word = 0; word < hashWords && bits <= mostDifferent; word++) {
    bits += ones(hash[word]! ^ hashes[at + word]!);
  }
  return bits;
}

/** Ones among 32 bits, added up in pairs, fours and eights. */
function ones(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
