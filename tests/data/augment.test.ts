/** Drawings made of drawings, and what may be said of them. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Augmentation,
  augment,
  type CorpusEntry,
  mayMirror,
  mirror,
  mirroredCaptions,
  openSource,
  readCorpus,
  shift,
  tokenizeEntries,
  uniformStrokes,
} from "../../data/index.ts";
import { type Drawing, isCanonical, parseDrawing } from "../../svg/index.ts";
import { renderPixels } from "../../svg/render/index.ts";
import {
  canonicalOptionsOf,
  createPathTokenizer,
  encodePrompt,
  strokeIconOptions,
  trainBytePairs,
} from "../../tokenizer/index.ts";

const canonical = canonicalOptionsOf(strokeIconOptions);
const read = async (name: string, limit: number | null = null) =>
  (await readCorpus(openSource(name), { canonical, parse: parseDrawing, heldOut: 0, limit })).train;
const lucide = await read("lucide");

function entryOf(id: string): CorpusEntry {
  const found = lucide.find((entry) => entry.id === id);
  if (found === undefined) throw new Error(`no icon ${id}`);
  return found;
}

const made = (id: string, ...kinds: Augmentation[]) => augment(entryOf(id), { kinds, shiftBy: 4 });

/** The picture's alpha, as a vector of length 1. */
function look(drawing: Drawing): Float64Array {
  const { data } = renderPixels(drawing, { size: 32 });
  const alpha = Float64Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3] ?? 0);
  const length = Math.hypot(...alpha);
  return alpha.map((value) => value / length);
}

const cosine = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

test("sides are exchanged in every caption", () => {
  const turned = mirroredCaptions(
    ["panel left open", "panel left, leftwards, northwest", "clockwise, cw"],
    [],
    false,
  );
  assert.equal(turned, [
    "panel right open",
    "panel right, rightwards, northeast",
    "counterclockwise, ccw",
  ]);
  const back = mirroredCaptions(turned ?? [], [], false);
  assert.is(back?.[0], "panel left open");
});

test("what has one right way round is not mirrored, whichever word tells", () => {
  for (const caption of [
    ...[
      "a arrow up",
      "clock",
      "circle check",
      "percent",
      "badge dollar sign",
      "music",
      "file text",
    ],
    ...["hash", "gif", "number 12", "4k", "undo", "sign in", "quote", "mouse pointer left, cw, 3"],
    ...["стрелка влево", "flèche gauche"],
  ]) {
    assert.is(mirroredCaptions([caption], [], false), null, caption);
    assert.not(mayMirror([caption]), caption);
  }
  assert.is(mirroredCaptions(["bell"], ["alarm", "clock"], false), null);
  assert.is(mirroredCaptions(["bell"], ["Text_Formatting"], false), null);
  assert.equal(mirroredCaptions(["house", "house, roof"], ["home"], false), [
    "house",
    "house, roof",
  ]);
});

test("a symmetric drawing whose caption names both sides is left as it is", () => {
  assert.equal(made("chevrons-left-right", "mirror"), []);
  const named = { ...entryOf("arrow-left-right"), captions: ["arrow left right"], words: [] };
  const [crossed] = augment(named, { kinds: ["mirror"], shiftBy: 1 });
  assert.is(crossed?.captions[0], "arrow right left");
});

for (const name of ["lucide", "npm:@tabler/icons"]) {
  test(`${name}: where the other side's icon is there, the mirrored drawing looks like it`, async () => {
    const entries = name === "lucide" ? lucide : await read(name, 900);
    const byName = new Map(
      entries.flatMap((entry) => (entry.names ?? []).map((one) => [one, entry] as const)),
    );
    let pairs = 0;
    const unlike: string[] = [];
    for (const entry of entries) {
      const [flipped] = augment(entry, { kinds: ["mirror"], shiftBy: 1 });
      const plain = flipped?.captions[0] ?? "";
      const twin = byName.get(plain);
      if (flipped === undefined || twin === undefined || plain === entry.captions[0]) continue;
      pairs++;
      const alike = cosine(look(flipped.drawing), look(twin.drawing));
      if (alike < 0.95) unlike.push(`${entry.id} flipped is like ${twin.id} by ${alike}`);
    }
    assert.ok(pairs > 20, `${pairs} pairs`);
    // Tabler draws its two bearing arrows, and two others, in different ways.
    assert.ok(unlike.length <= 0.06 * pairs, unlike.join("; "));
  });
}

test("a shifted copy has its captions, lies on the canvas and is the same in another place", () => {
  let copies = 0;
  for (const entry of lucide.slice(0, 150)) {
    const [copy] = augment(entry, { kinds: ["shift"], shiftBy: 4 });
    if (copy === undefined) continue;
    copies++;
    assert.equal(copy.captions, entry.captions);
    assert.is(isCanonical(copy.drawing, canonical), null, entry.id);
    assert.not.equal(copy.drawing, entry.drawing);
    assert.equal(augment(entry, { kinds: ["shift"], shiftBy: 4 }), [copy]);
    const ink = (drawing: Drawing) =>
      renderPixels(drawing, { size: 96 }).data.reduce(
        (sum, value, i) => sum + (i % 4 === 3 ? value : 0),
        0,
      );
    const [before, after] = [ink(entry.drawing), ink(copy.drawing)];
    assert.ok(Math.abs(after - before) < 0.02 * before, `${entry.id}: ${before} and ${after}`);
  }
  assert.ok(copies > 100, `${copies} copies`);
  assert.equal(shift(shift(lucide[0]!.drawing, 3, -2), -3, 2), lucide[0]!.drawing);
});

test("thinner and bolder copies say so, and drawings without strokes have none", async () => {
  const [thin, bold] = made("house", "stroke");
  assert.is(thin?.captions[0], "house, thin");
  assert.is(bold?.captions[0], "house, bold");
  const width = ({ elements: [first] }: Drawing) =>
    first?.kind === "group" ? null : (first?.stroke?.width ?? null);
  assert.equal(
    [thin, bold].map((copy) => copy && width(copy.drawing)),
    [4, 12],
  );
  const [filled] = await read("npm:@iconify-json/fluent-emoji-flat", 1);
  assert.ok(filled);
  assert.equal(augment(filled, { kinds: ["stroke"], shiftBy: 1 }), []);
});

test("strokes of any set brought to one style; fills and dashes stay", async () => {
  const thin = await read("npm:@iconify-json/iconoir", 40);
  for (const { drawing } of thin) {
    const uniform = uniformStrokes(drawing, 2);
    assert.is(isCanonical(uniform, canonical), null);
    const text = JSON.stringify(uniform);
    assert.not(/"width":6,/.test(text.replace(/"width":96/g, "")), text);
    assert.equal(uniformStrokes(uniform, 2), uniform);
  }
  const options = { canonical, parse: parseDrawing, heldOut: 0, limit: 40 };
  const source = openSource("npm:@iconify-json/iconoir");
  const [first] = (await readCorpus(source, { ...options, strokeWidth: 2 })).train;
  assert.equal(first?.drawing, uniformStrokes(thin[0]!.drawing, 2));
});

const text = trainBytePairs([], { vocabularySize: 256 });
const tokenizer = createPathTokenizer({ options: strokeIconOptions, text });

test("tokenized, every drawing comes with its own captions", () => {
  const entries = [entryOf("house"), entryOf("panel-left-open")];
  const kinds = ["mirror", "stroke"] as const;
  const { dataset, report } = tokenizeEntries(entries, tokenizer, {
    maxTokens: 400,
    augment: { kinds, shiftBy: 1 },
  });
  const said = (sample: number, drawing: number) =>
    Array.from({ length: dataset.captionCount(sample, drawing) }, (_, caption) => {
      const { tokens, drawingStart } = dataset.get({ sample, caption, drawing });
      return [...tokens.subarray(0, drawingStart)].join(" ");
    });
  const drawn = (sample: number, drawing: number) => {
    const { tokens, drawingStart } = dataset.get({ sample, caption: 0, drawing });
    return tokenizer.decode(tokens.subarray(drawingStart));
  };
  assert.is(report.samples, 2);
  assert.is(report.augmented, dataset.drawingCount(0) + dataset.drawingCount(1) - 2);
  for (const [sample, entry] of entries.entries()) {
    assert.equal(dataset.captions(sample), entry.captions);
    const all = [
      { drawing: entry.drawing, captions: entry.captions },
      ...augment(entry, { kinds, shiftBy: 1 }),
    ];
    assert.is(dataset.drawingCount(sample), all.length);
    for (const [index, { drawing, captions }] of all.entries()) {
      const prompts = captions.map((caption) => encodePrompt(tokenizer, caption).join(" "));
      assert.equal(said(sample, index), prompts, `${entry.id} ${index}`);
      assert.equal(drawn(sample, index), drawing);
    }
  }
  const [, turned] = [entries[1]!, ...augment(entries[1]!, { kinds, shiftBy: 1 })];
  assert.is(turned?.captions[0], "panel right open");
  assert.equal(drawn(1, 1), mirror(entries[1]!.drawing));
});

test.run();
