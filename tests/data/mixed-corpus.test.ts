/** Several sources in one corpus: weights, words of style, and a split that no name crosses. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  BatchStream,
  type Corpus,
  openSources,
  readCorpus,
  type Source,
  TokenDataset,
  TokenTableBuilder,
} from "../../data/index.ts";
import { defaultCanonicalOptions, parseDrawing } from "../../svg/index.ts";

process.env.PATHLOOM_CACHE = mkdtempSync(join(tmpdir(), "pathloom-cache-"));

/** Each name's drawing is a triangle of its own, even on the coarse grid of fingerprints. */
function source(name: string, names: readonly string[], from: number, style?: string): Source {
  return {
    name,
    *rows() {
      for (const [index, id] of names.entries()) {
        const [x, y] = [3 * ((from + index) % 29), 3 * Math.floor((from + index) / 29)];
        const svg = `<svg viewBox="0 0 96 96" xmlns="http://www.w3.org/2000/svg"><path d="M${x} 0L0 ${y}L90 93Z"/></svg>`;
        const said = style === undefined ? {} : { style };
        yield { id, place: `${name}/${id}`, captions: [id, `${id}, thing`], svg, ...said };
      }
    },
  };
}

const options = {
  canonical: { ...defaultCanonicalOptions, grid: 96 },
  parse: parseDrawing,
  heldOut: 0.3,
};
const names = Array.from({ length: 60 }, (_, i) => `thing number${i}`);
const one = { source: source("one", names, 0, "outline") };
const two = { source: source("two", [...names].reverse(), 100, "filled"), weight: 0.5 };

const namesOf = (entries: Corpus["train"]) =>
  new Set(entries.flatMap(({ names: all = [] }) => all));

test("no name is on both sides of the split, unless that is asked for", async () => {
  const corpus = await readCorpus([one, two], options);
  const trained = namesOf(corpus.train);
  const heldOut = [...namesOf(corpus.heldOut)];
  assert.ok(heldOut.length > 8 && heldOut.length < 30, `${heldOut.length} held out`);
  assert.equal(
    heldOut.filter((name) => trained.has(name)),
    [],
  );
  const apart = await readCorpus([one, two], { ...options, splitNames: false });
  assert.ok([...namesOf(apart.heldOut)].some((name) => namesOf(apart.train).has(name)));
});

test("sides, order and style are one in the name: they do not cross the split either", async () => {
  const left = names.map((name) => `${name} left`);
  const right = names.map((name) => `right ${name} filled`);
  const corpus = await readCorpus(
    [{ source: source("one", left, 0) }, { source: source("two", right, 100) }],
    options,
  );
  const numbers = (entries: Corpus["train"]) =>
    new Set([...namesOf(entries)].map((name) => /\d+/.exec(name)?.[0]));
  const trained = numbers(corpus.train);
  assert.ok(corpus.heldOut.length > 8);
  assert.not([...numbers(corpus.heldOut)].some((number) => trained.has(number)));
});

test("a set that is added behind leaves the sides of the first as they are", async () => {
  const ids = (corpus: Corpus) =>
    corpus.heldOut.filter(({ set }) => set === 0).map(({ drawing }) => JSON.stringify(drawing));
  assert.equal(
    ids(await readCorpus([one, two], options)),
    ids(await readCorpus(one.source, options)),
  );
});

test("one source keeps plain ids and captions; of several each says its set and its style", async () => {
  const alone = (await readCorpus(one.source, { ...options, heldOut: 0 })).train[0];
  assert.equal(
    [alone?.id, alone?.captions],
    ["thing number0", ["thing number0", "thing number0, thing"]],
  );
  const { train, report } = await readCorpus([one, { ...two, word: "solid" }], {
    ...options,
    heldOut: 0,
  });
  assert.is(train[0]?.id, "one:thing number0");
  assert.equal(train[0]?.captions.slice(0, 2), ["thing number0, outline", "thing number0"]);
  const last = train.at(-1);
  assert.equal([last?.id, last?.style, last?.weight], ["two:thing number0", "solid", 0.5]);
  assert.is(last?.captions[0], "thing number0, solid");
  assert.equal(
    report.sets.map(({ name, rows, styles }) => [name, rows, styles]),
    [
      ["one", 60, { outline: 60 }],
      ["two", 60, { solid: 60 }],
    ],
  );
  const all = await readCorpus([one, two], { ...options, heldOut: 0, styleWords: 1 });
  assert.ok(all.train.every(({ captions }) => captions.every((c) => /(outline|filled)$/.test(c))));
  const none = await readCorpus([one, two], { ...options, heldOut: 0, styleWords: 0 });
  assert.not(none.train.some(({ captions }) => captions.some((c) => /(outline|filled)$/.test(c))));
});

test("where the set says no style, the drawing does: strokes, one fill, several colours", async () => {
  const shapes = [
    '<path stroke="black" fill="none" d="M4 4h9"/>',
    '<path d="M4 4h9v9z"/>',
    '<path fill="red" d="M4 4h9v9z"/><path fill="blue" d="M9 9h9v9z"/>',
  ];
  const mixed: Source = {
    name: "mixed",
    *rows() {
      for (const [index, shape] of shapes.entries()) {
        const svg = `<svg viewBox="0 0 24 24" xmlns="http://www.w3.org/2000/svg">${shape}</svg>`;
        yield { id: `${index}`, place: `${index}`, captions: [`${index}`], svg };
      }
    },
  };
  const { train } = await readCorpus([one, { source: mixed }], { ...options, heldOut: 0 });
  assert.equal(
    train.slice(-3).map(({ captions }) => captions[0]),
    ["0, outline", "1, filled", "2, color"],
  );
});

test("a drawing that two sets share is one entry with the words and the weight of both", async () => {
  const again = { source: source("again", ["other"], 0, "outline"), weight: 3 };
  const { train, report } = await readCorpus([one, again], { ...options, heldOut: 0 });
  const shared = train.find(({ names: all }) => all?.includes("other"));
  assert.equal([shared?.id, shared?.weight], ["one:thing number0", 3]);
  assert.ok(shared?.captions.includes("other") && shared.captions.includes("thing number0"));
  assert.is(report.sets[1]?.duplicates, 1);
});

test("a limit is for each source", async () => {
  const { report } = await readCorpus([one, two], { ...options, limit: 7 });
  assert.equal(
    report.sets.map(({ rows }) => rows),
    [7, 7],
  );
});

test("real sets: held-out names of lucide are not trained on in tabler's drawing", async () => {
  const choice = (name: string) => ({ source: name, weight: 1, style: null, word: null });
  const sources = openSources([choice("lucide"), choice("npm:@tabler/icons")], {
    variants: 1,
    tags: 0,
  });
  const corpus = await readCorpus(sources, { ...options, heldOut: 0.05, limit: 1200 });
  const trained = namesOf(corpus.train);
  assert.ok(corpus.heldOut.length > 60);
  assert.equal(
    [...namesOf(corpus.heldOut)].filter((name) => trained.has(name)),
    [],
  );
});

/** Three samples of two tokens a part. */
function dataset(weights: Float64Array | undefined): TokenDataset {
  const table = () => {
    const builder = new TokenTableBuilder(100);
    for (let i = 0; i < 3; i++) builder.add([1, 10 + i]);
    return builder.build();
  };
  const starts = Uint32Array.from([0, 1, 2, 3]);
  return new TokenDataset({
    ids: ["a", "b", "c"],
    texts: [["a"], ["b"], ["c"]],
    prompts: table(),
    captionStarts: starts,
    drawings: table(),
    drawingStarts: starts,
    ...(weights === undefined ? {} : { weights }),
  });
}

test("weights: how often a sample is shown in an epoch; a fraction is a chance", () => {
  const shape = {
    batchSize: 1,
    sequenceLength: 3,
    packing: false,
    lossOn: "drawing",
    seed: 4,
    pad: 0,
  } as const;
  const data = dataset(Float64Array.from([2, 1, 0.25]));
  const stream = new BatchStream(data, shape);
  const seen = [0, 0, 0];
  while (stream.state.epoch < 400) {
    const { tokens } = stream.next();
    seen[(tokens[1] as number) - 10]! += 1;
  }
  const [twice = 0, once = 0, rarely = 0] = seen;
  assert.ok(Math.abs(twice - 800) <= 2 && Math.abs(once - 400) <= 1, `${seen}`);
  assert.ok(rarely > 70 && rarely < 130, `${rarely} of 400 epochs`);
  const same = (weights: Float64Array | undefined) => {
    const plain = new BatchStream(dataset(weights), shape);
    return Array.from({ length: 9 }, () => plain.next());
  };
  assert.equal(same(Float64Array.from([1, 1, 1])), same(undefined));
});

test.run();
