/**
 * Captions that say nearly the same, among hundreds of thousands in bounded memory: by MinHash (Broder
 * 1997) of their words and pairs of words, 64 least hashes in bands; those that share a band are compared
 * exactly.
 */

const hashes = 64;

/** Of a bucket, the newest alone are looked at: a bound on time. */
const mostOfBucket = 1024;

/** Share of pairs, just as similar as asked, that shall share a band. */
const recall = 0.95;

export interface CaptionSearch {
  /** Jaccard similarity of words and pairs of words from which on two captions are one. */
  readonly similarity: number;
  /** How many of one caption are kept. */
  readonly copies: number;
}

/**
 * For each caption the first kept one that it is like, where that many copies are kept before it; else
 * -1. An empty one is like none.
 */
export function firstLikeCaptions(
  captions: readonly string[],
  { similarity, copies }: CaptionSearch,
): Int32Array {
  const first = new Int32Array(captions.length).fill(-1);
  const rows = rowsFor(similarity);
  const buckets = Array.from({ length: hashes / rows }, () => new Map<number, number[]>());
  /** Of those that lead: how many were kept. */
  const kept = new Map<number, number>();
  for (const [index, caption] of captions.entries()) {
    const shingles = shinglesOf(caption);
    if (shingles.size === 0) continue;
    const keys = bandKeys(shingles, rows);
    const leader = leaderAmong(candidates(keys, buckets), shingles, captions, similarity);
    if (leader < 0) {
      kept.set(index, 1);
      for (const [band, key] of keys.entries()) {
        const bucket = buckets[band]!.get(key);
        if (bucket === undefined) buckets[band]!.set(key, [index]);
        else bucket.push(index);
      }
    } else if (kept.get(leader)! < copies) kept.set(leader, kept.get(leader)! + 1);
    else first[index] = leader;
  }
  return first;
}

/** Hashes of a band: as many as keep the recall. */
function rowsFor(similarity: number): number {
  const found = [16, 8, 4, 2].find(
    (rows) => 1 - (1 - similarity ** rows) ** (hashes / rows) >= recall,
  );
  return found ?? 1;
}

function candidates(
  keys: readonly number[],
  buckets: readonly ReadonlyMap<number, readonly number[]>[],
): number[] {
  const found = keys.flatMap((key, band) => buckets[band]!.get(key)?.slice(-mostOfBucket) ?? []);
  return [...new Set(found)].sort((a, b) => a - b);
}

function leaderAmong(
  others: readonly number[],
  shingles: ReadonlySet<string>,
  captions: readonly string[],
  similarity: number,
): number {
  const found = others.find(
    (other) => jaccard(shingles, shinglesOf(captions[other]!)) >= similarity,
  );
  return found ?? -1;
}

/** Words and pairs of neighbours, whatever their case and the marks between them. */
export function shinglesOf(caption: string): ReadonlySet<string> {
  const words = caption.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set([...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)]);
}

/** Share of what either holds that both hold, 0 to 1. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const one of a) if (b.has(one)) both++;
  return both / (a.size + b.size - both);
}

/** A number of 32 bits for each band of least hashes. */
function bandKeys(shingles: ReadonlySet<string>, rows: number): number[] {
  const least = new Uint32Array(hashes).fill(0xffffffff);
  for (const shingle of shingles) {
    const seed = fnv(shingle);
    for (let i = 0; i < hashes; i++) {
      const hash = mixed(seed ^ Math.imul(i + 1, 0x9e3779b9));
      if (hash < least[i]!) least[i] = hash;
    }
  }
  return Array.from({ length: hashes / rows }, (_, band) => {
    let key = 0;
    for (let row = 0; row < rows; row++) key = mixed(key ^ least[band * rows + row]!);
    return key;
  });
}

/** FNV-1a over the text's units. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** MurmurHash3's finish. */
function mixed(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
