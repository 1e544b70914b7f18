/** Near-duplicates by looks and by captions, against comparing every pair. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  bothHashes,
  type ColorLook,
  colorLookOf,
  firstLikeCaptions,
  firstLookAlikes,
  lookAlikePairs,
  mirror,
  openSource,
  perceptualHash,
  readCorpus,
  shift,
} from "../../../data/index.ts";
import { type Drawing, defaultCanonicalOptions, parseDrawing } from "../../../svg/index.ts";

const canonical = { ...defaultCanonicalOptions, grid: 96 };
const read = async (name: string, limit: number) =>
  (
    await readCorpus(openSource(name), { canonical, parse: parseDrawing, heldOut: 0, limit })
  ).train.map(({ drawing }) => drawing);

const lucide = await read("lucide", 90);
const emoji = await read("npm:@iconify-json/fluent-emoji-flat", 30);

const hashed = (drawings: readonly Drawing[]) => {
  const hashes = drawings.map(bothHashes);
  return {
    length: drawings.length,
    hashesOf: (index: number) => hashes[index] ?? null,
    lookOf: (index: number) => colorLookOf(drawings[index]!),
  };
};

function cosine({ edges: a }: ColorLook, { edges: b }: ColorLook): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function isAlike(a: ColorLook | null, b: ColorLook | null): boolean {
  if (a === null || b === null || cosine(a, b) < 0.95) return false;
  for (let i = 0; i < a.soft.length; i++) if (Math.abs(a.soft[i]! - b.soft[i]!) > 0.2) return false;
  return true;
}

function everyPair(drawings: readonly Drawing[], other: (drawing: Drawing) => Drawing) {
  const looks = drawings.map(colorLookOf);
  const turned = drawings.map((drawing) => colorLookOf(other(drawing)));
  const pairs: string[] = [];
  for (const [b, look] of turned.entries()) {
    for (let a = 0; a < b; a++) if (isAlike(looks[a]!, look)) pairs.push(`${a} ${b}`);
  }
  return pairs;
}

/** All paint of a drawing in another colour. */
const painted = (drawing: Drawing, rgb: number): Drawing =>
  JSON.parse(
    JSON.stringify(drawing).replaceAll('{"kind":"currentColor"}', `{"kind":"color","rgb":${rgb}}`),
  );

test("all pairs that comparing every two finds, and no other; mirrored ones too", () => {
  const drawings = [...lucide, ...emoji, ...lucide.slice(0, 20).map((one) => shift(one, 0, 0))];
  const wanted = new Set([
    ...everyPair(drawings, (drawing) => drawing),
    ...everyPair(drawings, mirror),
  ]);
  const found = new Set(lookAlikePairs(hashed(drawings)).map(([a, b]) => `${a} ${b}`));
  assert.ok(wanted.size > 25, `${wanted.size} pairs`);
  assert.equal([...found].sort(), [...wanted].sort());
});

test("of those that look the same the first is kept, and none that is left looks like another", () => {
  const moved = lucide.slice(0, 30).map((drawing) => ({
    ...drawing,
    // A grid unit of 96 more to the right: hardly to be seen.
    ...shift(drawing, drawing.width > 4 ? 1 : 0, 0),
  }));
  const drawings = [...lucide, ...moved];
  const first = firstLookAlikes(hashed(drawings));
  const same = moved.filter((_, index) => first[lucide.length + index] === index).length;
  assert.ok(same >= 20, `${same} of 30`);
  const kept = drawings.filter((_, index) => first[index]! < 0);
  assert.equal(
    everyPair(kept, (drawing) => drawing),
    [],
  );
  for (const leader of first.filter((one) => one >= 0)) assert.is(first[leader], -1);
});

test("another colour, another side and nothing at all are no duplicates", () => {
  const [icon = lucide[0]!] = lucide.filter(
    (one) => !everyPair([one, mirror(one)], (d) => d).length,
  );
  const blank: Drawing = { ...icon, elements: [] };
  const drawings = [
    ...[painted(icon, 0xff0000), painted(icon, 0x0000ff), painted(icon, 0xff0000)],
    ...[painted(mirror(icon), 0xff0000), blank, blank],
  ];
  assert.equal([...firstLookAlikes(hashed(drawings))], [-1, -1, 0, -1, -1, -1]);
  assert.is(bothHashes(blank), null);
});

test("the hash's bits differ as the angle between two looks says", () => {
  const looks = lucide.slice(0, 30).flatMap((drawing) => colorLookOf(drawing) ?? []);
  const bits = (a: Int32Array, b: Int32Array) =>
    a.reduce((sum, word, i) => {
      const text = (word ^ b[i]!) >>> 0;
      return sum + text.toString(2).replaceAll("0", "").length;
    }, 0);
  let [error, count] = [0, 0];
  for (const [i, a] of looks.entries()) {
    for (const b of looks.slice(0, i)) {
      const angle = Math.acos(Math.min(1, cosine(a, b))) / Math.PI;
      error += bits(perceptualHash(a), perceptualHash(b)) / 256 - angle;
      count++;
    }
  }
  // Of half the size, looks are a little nearer.
  assert.ok(Math.abs(error / count) < 0.06, `${error / count}`);
});

const nouns = "cat dog house tree cloud star moon sun car boat bird fish key lock bell".split(" ");
const random = seedrandom("captions");
const pick = () => nouns[Math.floor(random() * nouns.length)]!;
const captions = Array.from({ length: 400 }, () => {
  const words = Array.from({ length: 3 + Math.floor(4 * random()) }, pick);
  return `a ${words.join(random() < 0.5 ? " " : ", ")}`;
});

const shingles = captions.map((caption) => {
  const words = caption.match(/\w+/g) ?? [];
  return new Set([...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)]);
});
function similarity(a: number, b: number): number {
  const [x, y] = [shingles[a]!, shingles[b]!];
  let both = 0;
  for (const one of x) if (y.has(one)) both++;
  return both / (x.size + y.size - both);
}

for (const least of [1, 0.8, 0.6]) {
  test(`captions alike from ${least} on: as comparing every two finds, but for one in twenty`, () => {
    const found = firstLikeCaptions(captions, { similarity: least, copies: 1 });
    let [missed, right] = [0, 0];
    const kept: number[] = [];
    for (const index of captions.keys()) {
      const leader = found[index]!;
      if (leader >= 0) {
        assert.ok(similarity(index, leader) >= least);
        assert.is(found[leader], -1);
        right++;
        continue;
      }
      if (kept.some((other) => similarity(index, other) >= least)) missed++;
      kept.push(index);
    }
    assert.ok(missed <= 0.1 * right, `${missed} of ${right}`);
    if (least === 0.6) assert.ok(right > 20, `${right}`);
  });
}

test("so many copies of a caption are kept, and empty ones are like none", () => {
  const texts = ["A cat!", "a cat", "A  CAT", "a cat.", "", "", "a dog"];
  const first = firstLikeCaptions(texts, { similarity: 1, copies: 2 });
  assert.equal([...first], [-1, -1, 0, 0, -1, -1, -1]);
});

test.run();
