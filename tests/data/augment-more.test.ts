/** Other sizes, colours and orders: true to what is drawn and to what is said, the same in every run. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Augmentation,
  augment,
  type CorpusEntry,
  colorName,
  openSource,
  readCorpus,
  recoloredCaptions,
  scale,
  tokenizeEntries,
} from "../../data/index.ts";
import {
  canonicalise,
  type Drawing,
  defaultCanonicalOptions,
  isCanonical,
  parseDrawing,
} from "../../svg/index.ts";
import { pixelError, renderPixels } from "../../svg/render/index.ts";
import {
  canonicalOptionsOf,
  createPathTokenizer,
  strokeIconOptions,
  trainBytePairs,
} from "../../tokenizer/index.ts";

const canonical = canonicalOptionsOf(strokeIconOptions);
const options = { canonical, parse: parseDrawing, heldOut: 0, limit: 60 };
const { train: icons } = await readCorpus(openSource("lucide"), options);

const made = (entry: CorpusEntry, kind: Augmentation) =>
  augment(entry, { kinds: [kind], shiftBy: 4, scaleBy: 0.25 });

const entryOf = (captions: readonly string[], inner: string, words: readonly string[] = []) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${inner}</svg>`;
  const { drawing } = parseDrawing(svg, defaultCanonicalOptions);
  return { id: captions[0] ?? "", captions, words, drawing };
};

test("a copy in another size shows the same in that size, lies on the canvas, and is the same again", () => {
  let [grown, shrunk] = [0, 0];
  for (const entry of icons) {
    const [copy, ...others] = made(entry, "scale");
    if (copy === undefined) continue;
    assert.is(others.length, 0);
    assert.equal(made(entry, "scale"), [copy]);
    assert.equal(copy.captions, entry.captions);
    const drawing = canonicalise(copy.drawing, canonical);
    assert.is(isCanonical(drawing, canonical), null, entry.id);
    // Which of the sixteenths: the one whose picture is nearest.
    const errors = [12, 13, 14, 15, 17, 18, 19, 20].map((sixteenths) => {
      const times = sixteenths / 16;
      const wide = { ...scale(entry.drawing, times) };
      return { times, error: pixelError(ink(wide), ink(drawing)) };
    });
    const { times, error } = errors.reduce((a, b) => (b.error < a.error ? b : a));
    assert.ok(error < 0.002, `${entry.id}: ${error}`);
    if (times > 1) grown++;
    else shrunk++;
    // What is cut off would be missing.
    const share = inkOf(drawing) / inkOf(entry.drawing) / times ** 2;
    assert.ok(share > 0.93 && share < 1.07, `${entry.id}: ${share}`);
  }
  assert.ok(shrunk > 15 && grown > 3, `${grown} grown, ${shrunk} shrunk`);
  assert.equal(made(entryOf(["small arrow"], '<path d="M9 9h6v6z"/>'), "scale"), []);
  assert.equal(made(entryOf(["arrow"], '<path d="M9 9h6v6z"/>', ["zoom-in"]), "scale"), []);
});

const ink = (drawing: Drawing) => renderPixels(drawing, { size: 96 });

function inkOf(drawing: Drawing): number {
  const { data } = ink(drawing);
  let sum = 0;
  for (let i = 3; i < data.length; i += 4) sum += data[i]!;
  return sum;
}

test("half of a drawing is half of it: against the renderer's own scaling", () => {
  for (const { id, drawing } of icons.slice(0, 20)) {
    const half = renderPixels(scale(drawing, 0.5), { size: 192 });
    const small = renderPixels(drawing, { size: 96 });
    let [error, count] = [0, 0];
    for (let y = 0; y < 96; y++) {
      for (let x = 0; x < 96; x++) {
        const at = 4 * ((y + 48) * 192 + x + 48) + 3;
        error += Math.abs(half.data[at]! - small.data[4 * (y * 96 + x) + 3]!) / 255;
        count++;
      }
    }
    // Points lie up to half a unit of 96 off.
    assert.ok(error / count < 0.03, `${id}: ${error / count}`);
  }
});

const red = '<path fill="#d22" d="M3 3h9v9z"/><path fill="#222" d="M13 13h5v5z"/>';

test("colours of plain words are followed, others refuse, and greys stay", () => {
  let followed = 0;
  for (let i = 0; i < 12; i++) {
    const entry = { ...entryOf(["red triangle", "triangle, red"], red), id: `${i}` };
    const [copy] = made(entry, "color");
    if (copy === undefined) continue;
    const text = JSON.stringify(copy.drawing);
    assert.ok(text.includes(JSON.stringify({ kind: "color", rgb: 0x222222 })));
    const [, rgb] = /"rgb":(\d+)/.exec(text) ?? [];
    const name = colorName(Number(rgb)) ?? "";
    assert.equal(copy.captions, [`${name} triangle`, `triangle, ${name}`]);
    if (name !== "red") followed++;
    assert.equal(made(entry, "color"), [copy]);
  }
  assert.ok(followed > 3, `${followed}`);
  for (const caption of ["flag of Japan", "rainbow", "brand logo"]) {
    assert.equal(made(entryOf([caption], red), "color"), [], caption);
  }
  assert.equal(made(entryOf(["a square"], '<path fill="#222" d="M3 3h9v9z"/>'), "color"), []);
  assert.is(made(entryOf(["a triangle"], red), "color").length, 1);
});

test("what captions of another colour may say", () => {
  const names = (...pairs: readonly (readonly [string, ...string[]])[]) =>
    new Map(pairs.map(([from, ...to]) => [from, new Set(to)]));
  const said = (caption: string, map: ReadonlyMap<string, ReadonlySet<string>>) =>
    recoloredCaptions([caption], [], map)?.[0] ?? null;
  assert.is(
    said("a red and blue kite", names(["red", "pink"], ["blue", "teal"])),
    "a pink and teal kite",
  );
  assert.is(said("a crimson kite", names(["red", "red"])), "a crimson kite");
  assert.is(said("a red kite", names(["red", "pink", "orange"])), null);
  assert.is(said("a green kite", names(["red", "pink"])), null);
  assert.is(said("an orange", names(["orange", "yellow"])), null);
  assert.is(said("an orange", names(["orange", "orange"])), "an orange");
  assert.is(said("gold medal", names(["yellow", "green"])), null);
  assert.is(said("kite", names(["red", "pink", "orange"])), "kite");
  assert.is(recoloredCaptions(["sign"], ["flag-red"], names(["red", "red"])), null);
});

test("common colours have their names", () => {
  const table = {
    ...{ ff0000: "red", dd2222: "red", ff8800: "orange", ffdd00: "yellow", "8b4513": "brown" },
    ...{ "00aa00": "green", "77b255": "green", "008080": "teal", "0000ff": "blue" },
    ...{ "3b88c3": "blue", "800080": "purple", ff69b4: "pink", "808080": null, ffffff: null },
  };
  for (const [hex, name] of Object.entries(table)) {
    assert.is(colorName(Number.parseInt(hex, 16)), name, hex);
  }
});

const text = trainBytePairs([], { vocabularySize: 256 });

test("another order shows the same, and is learnt where drawings are not sorted", () => {
  let copies = 0;
  for (const entry of icons) {
    const [copy] = made(entry, "order");
    if (copy === undefined) continue;
    copies++;
    assert.ok(pixelError(ink(copy.drawing), ink(entry.drawing)) < 1e-4, entry.id);
    assert.not.equal(copy.drawing, entry.drawing);
  }
  assert.ok(copies > 15, `${copies}`);
  const augmented = (order: "keep" | "sorted") => {
    const tokenizer = createPathTokenizer({ options: { ...strokeIconOptions, order }, text });
    const entries = icons.map((entry) => ({
      ...entry,
      drawing: canonicalise(entry.drawing, tokenizer.canonical),
    }));
    const augment = { kinds: ["order" as const], shiftBy: 1 };
    return tokenizeEntries(entries, tokenizer, { maxTokens: 400, augment }).report.augmented;
  };
  assert.ok(augmented("keep") > 15);
  assert.ok(augmented("sorted") < 4, `${augmented("sorted")}`);
});

test.run();
