/**
 * Pairs of drawings from different sets that look nearly the same, mirrored or not: each look becomes
 * 128 signs of random projections (Charikar 2002), pairs whose signs mostly agree are compared exactly. Among
 * more than tens of thousands, 256 signs are searched by bands of them (`look-search.ts`).
 */
import seedrandom from "seedrandom";
import { hashBits, hashWords, pairsAlike } from "../filters/look-search.ts";
import { lookSide, mirroredLook } from "./look.ts";

/** Cosine from which on two looks are one. By looking at pairs of Lucide, Tabler and Phosphor. */
const alike = 0.95;

const words = 4;
const signs = 32 * words;

/**
 * Signs that may differ. At a cosine of 0.95 each differs with a chance of 10 %: 13 of 128 on
 * average, and more than 26 once in ten thousand pairs.
 */
const mostDifferent = 26;

/** Of more drawings not every pair is compared, as the time would grow with the square. */
export const mostPaired = 50_000;

/** Numbers of two drawings. */
export type Pair = readonly [a: number, b: number];

/**
 * @param looks one a drawing; null is like nothing.
 * @param sets the set of each; pairs within a set are not looked for.
 * @returns a pair once, or twice where it is also one when mirrored.
 */
export function findLookAlikes(
  looks: readonly (Float32Array | null)[],
  sets: readonly number[],
): Pair[] {
  const pairs: Pair[] = [];
  const project = projections(signs);
  const codes = new Int32Array(looks.length * words);
  for (const [index, look] of looks.entries()) {
    if (look !== null) codes.set(signsOf(look, project), index * words);
  }
  for (const flipped of [false, true]) {
    for (const [a, look] of looks.entries()) {
      if (look === null) continue;
      const turned = flipped ? mirroredLook(look) : look;
      const code = flipped ? signsOf(turned, project) : codes.slice(a * words, (a + 1) * words);
      const set = sets[a];
      for (let b = a + 1; b < looks.length; b++) {
        if (differing(code, codes, b * words) > mostDifferent) continue;
        const other = looks[b];
        if (other == null || sets[b] === set) continue;
        if (product(turned, other) >= alike) pairs.push([a, b]);
      }
    }
  }
  return pairs;
}

/**
 * Of very many drawings: of a thousand pairs at a cosine of 0.95 one is missed. Looks are made anew when they
 * are compared, and memory holds some 120 bytes of each.
 * @param lookOf a drawing's, by its number.
 * @param sets the set of each; pairs within a set are not looked for.
 */
export function findManyLookAlikes(
  lookOf: (index: number) => Float32Array | null,
  sets: readonly number[],
): Pair[] {
  const project = projections(hashBits);
  let last: { readonly index: number; readonly both: Int32Array | null } | null = null;
  const hashesOf = (index: number) => {
    if (last?.index !== index) last = { index, both: bothSigns(lookOf(index), project) };
    return last.both;
  };
  return pairsAlike({
    length: sets.length,
    hashesOf,
    lookOf,
    alike: (a, b) => product(a, b) >= alike,
    mirrored: mirroredLook,
    compared: (a, b) => sets[a] !== sets[b],
  });
}

function bothSigns(look: Float32Array | null, project: Float32Array): Int32Array | null {
  if (look === null) return null;
  const both = new Int32Array(2 * hashWords);
  both.set(signsOf(look, project));
  both.set(signsOf(mirroredLook(look), project), hashWords);
  return both;
}

/** Signs are taken of a look of half the side: finer parts differ between look-alikes anyway. */
const half = lookSide / 2;

/** Rows of plus and minus one; the same in every run. */
function projections(count: number): Float32Array {
  const random = seedrandom("look-alikes");
  return Float32Array.from({ length: count * half * half }, () => (random() < 0.5 ? -1 : 1));
}

function signsOf(look: Float32Array, project: Float32Array): Int32Array {
  const coarse = new Float32Array(half * half);
  for (let place = 0; place < look.length; place++) {
    const [x, y] = [place % lookSide, Math.floor(place / lookSide)];
    coarse[(y >> 1) * half + (x >> 1)]! += look[place]!;
  }
  const count = project.length / coarse.length;
  const code = new Int32Array(count / 32);
  for (let sign = 0; sign < count; sign++) {
    let sum = 0;
    const row = sign * coarse.length;
    for (let i = 0; i < coarse.length; i++) sum += coarse[i]! * project[row + i]!;
    if (sum > 0) code[sign >> 5]! |= 1 << (sign & 31);
  }
  return code;
}

function differing(code: Int32Array, codes: Int32Array, at: number): number {
  const half = ones(code[0]! ^ codes[at]!) + ones(code[1]! ^ codes[at + 1]!);
  if (half > mostDifferent) return half;
  return half + ones(code[2]! ^ codes[at + 2]!) + ones(code[3]! ^ codes[at + 3]!);
}

/** Ones among 32 bits, added up in pairs, fours and eights. */
function ones(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
