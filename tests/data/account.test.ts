/** What is said of drawings that were left out, and the card of what was learnt from. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  betterContext,
  countReasons,
  type DataReports,
  dataCard,
  dataCardText,
  dataNotes,
  leftOutOf,
  nothingLeft,
  percentile,
  shareHeld,
} from "../../data/index.ts";

const lengths = { total: 0, mean: 0, min: 0, p50: 0, p90: 0, p99: 0, max: 0 };

/** 100 rows: 8 repeated, 12 not readable, 30 refused, 20 too long, 30 kept (5 of these held out). */
function reports(): DataReports {
  const bad = Array.from({ length: 12 }, (_, i) => ({
    place: `b${i}`,
    reason: `line ${i}: not XML`,
  }));
  const refused = Array.from({ length: 30 }, (_, i) => ({
    id: `r${i}`,
    reason: `element ${i}: it needs a token that the vocabulary lacks; see its option "colors"`,
  }));
  const tooLong = Array.from({ length: 20 }, (_, i) => ({ id: `l${i}`, tokens: 200 + 20 * i }));
  const long = tooLong.map(({ tokens }) => tokens);
  const short = Array.from({ length: 25 }, (_, i) => 40 + i);
  const side = { augmented: 0, lengths };
  return {
    corpus: {
      source: "icons",
      rows: 100,
      duplicates: 8,
      bad,
      dropped: { filter: 3 },
      sets: [
        {
          name: "icons",
          weight: 2,
          rows: 100,
          duplicates: 8,
          bad,
          styles: { outline: 88 },
          facts: { origin: "some|icons", version: "1.2.3", licence: "MIT", url: null },
        },
      ],
    },
    train: { ...side, samples: 25, tooLong, refused, needed: [...short, ...long], bySet: [25] },
    heldOut: { ...side, samples: 5, tooLong: [], refused: [], needed: [9, 9, 9, 9, 9], bySet: [5] },
  };
}

const limits = { limit: 128, limitKey: "model.contextLength" };

test("every row that is left out has its name, its reason, and its length where it is too long", () => {
  const rows = leftOutOf(reports(), 128);
  assert.is(rows.length, 62);
  assert.equal(rows[0], { name: "b0", why: "not readable", reason: "line 0: not XML" });
  assert.is(rows[12]?.why, "not in the vocabulary");
  assert.equal(rows.at(-1), {
    name: "l19",
    why: "too long",
    reason: "longer than 128 tokens",
    tokens: 580,
  });
  const counted = countReasons(rows);
  assert.equal(
    counted.map(({ reason, count }) => [reason, count]),
    [
      ['it needs a token that the vocabulary lacks; see its option "colors"', 30],
      ["longer than 128 tokens", 20],
      ["line …: not XML", 12],
    ],
  );
  assert.equal(counted[0]?.examples, ["r0", "r1", "r2", "r3", "r4"]);
});

test("masses that are left out are said with what to set, few are not", () => {
  assert.equal(dataNotes(reports(), limits), [
    "20 of 92 (22 %) are longer than model.contextLength 128; 1,024 holds 100 %",
    '30 of 92 (33 %) are not in the vocabulary: it needs a token that the vocabulary lacks; see its option "colors"; set tokenizer.colors to 12-bit, or begin with the recipe emoji (as r0)',
    "12 of 92 (13 %) are not readable: line …: not XML (as b0)",
  ]);
  const few = reports();
  const train = { ...few.train, tooLong: few.train.tooLong.slice(0, 2), refused: [] };
  const corpus = { ...few.corpus, bad: few.corpus.bad.slice(0, 4) };
  assert.equal(dataNotes({ ...few, train, corpus }, limits), []);
});

test("a set of one drawing, and a set of which nothing can be read, are said", () => {
  const { corpus, train, heldOut } = reports();
  const one = { ...train, samples: 1, tooLong: [], refused: [] };
  const rows = { rows: 3, duplicates: 0, bad: [] };
  const [set] = corpus.sets;
  assert.ok(set);
  const none = { ...set, name: "none", rows: 2, bad: corpus.bad.slice(0, 2) };
  const notes = dataNotes(
    { corpus: { ...corpus, ...rows, sets: [set, none] }, train: one, heldOut },
    limits,
  );
  assert.equal(notes, [
    "there is one drawing to train on: the model can only learn it by heart",
    "no drawing of none could be read",
  ]);
});

test("where nothing is left, the error counts all reasons and says what to set", () => {
  const { corpus, train, heldOut } = reports();
  const empty = { ...train, samples: 0, needed: [], refused: [], tooLong: train.tooLong };
  assert.is(
    nothingLeft({ corpus, train: { ...empty, needed: [200, 300, 400] }, heldOut }, limits),
    "icons: no drawing is left of 92 to train on: 20 of 92 (22 %) are longer than model.contextLength 128; 512 holds 100 %; 12 of 92 (13 %) are not readable: line …: not XML (as b0); 5 are held out: lower data.heldOut",
  );
});

test("contexts: the share that one holds, and the power of two that holds most", () => {
  const needed = [10, 20, 128, 129, 500];
  assert.equal(
    [128, 127, 500, 9].map((context) => shareHeld(needed, context)),
    [0.6, 0.4, 1, 0],
  );
  assert.is(shareHeld([], 10), 1);
  assert.is(betterContext(needed, 128), 512);
  assert.is(betterContext(needed, 100), 512);
  assert.is(betterContext([10, 20_000], 8), 16);
  assert.is(percentile(needed, 0.5), 128);
  assert.is(percentile([], 0.5), 0);
});

test("the card: sets with versions and licences, counts, reasons; its page keeps its table", () => {
  const card = dataCard(reports(), { limit: 128, heldOut: 0.05, splitNames: true });
  assert.equal(card.totals, {
    rows: 100,
    duplicates: 8,
    train: 25,
    augmented: 0,
    heldOut: 5,
    leftOut: 62,
    scenes: { drawings: 0, parts: 0 },
  });
  const [set] = card.sets;
  assert.equal(
    [set?.version, set?.licence, set?.train, set?.heldOut, set?.notReadable, set?.weight],
    ["1.2.3", "MIT", 25, 5, 12, 2],
  );
  assert.is(card.lengths.held["128"], 0.6);
  assert.is(card.lengths.longest, 580);
  const page = dataCardText(card);
  assert.match(
    page,
    /\| icons \| some\\\|icons 1\.2\.3 \| MIT \| 2 \| 100 \| 8 \| 12 \| 0 \| 25 \| 5 \|/,
  );
  assert.match(
    page,
    /\| 30 \| not in the vocabulary \| it needs a token .* \| r0, r1, r2, r3, r4 \|/,
  );
  assert.match(page, /\| filter \| 3 \|/);
});

test.run();
