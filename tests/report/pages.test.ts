import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { resolveConfig } from "../../src/config/index.ts";
import {
  contactSheet,
  escapeMarkup,
  lossSince,
  marginOf,
  type RunSummary,
  runPage,
  type SheetCell,
  tokenPage,
} from "../../src/report/index.ts";
import { sampleFile } from "../../src/runs/index.ts";
import { defaultCanonicalOptions, parseDrawing } from "../../svg/index.ts";
import { createPathTokenizer, trainBytePairs } from "../../tokenizer/index.ts";

const icons = join(import.meta.dirname, "../../node_modules/lucide-static/icons");

function icon(name: string) {
  const svg = readFileSync(join(icons, `${name}.svg`), "utf8");
  return parseDrawing(svg, defaultCanonicalOptions).drawing;
}

const hostile = `"><script>alert('1')</script>&amp;`;
const cells: SheetCell[] = [
  { caption: "arrow up", made: icon("arrow-up"), real: icon("house"), known: "held out" },
  { caption: hostile, made: icon("heart"), real: null, known: "none" },
];

const score = (natsPerToken: number) => ({
  natsPerToken,
  bitsPerDrawing: 70 * natsPerToken,
  tokens: 4000,
  drawings: 99,
});

const summary: RunSummary = {
  name: hostile,
  outcome: "finished",
  drawnBy: { checkpoint: `runs/${hostile}/checkpoints/best`, step: 800 },
  figures: {
    engine: hostile,
    parameters: 2_000_000,
    steps: 900,
    seconds: 400,
    tokensPerSecond: 9123,
    shareOfPeak: 0.43,
    peakFlops: 180e9,
    peakMemoryBytes: 7e8,
  },
  data: {
    source: hostile,
    train: 1800,
    augmented: 1200,
    heldOut: 99,
    rows: 2176,
    duplicates: 269,
    bad: 0,
    dropped: {},
    tooLong: 21,
    refused: 0,
    meanTokens: 50.7,
    vocabulary: 886,
  },
  heldOut: {
    decoder: score(2),
    bigram: score(3.1),
    trigram: score(2.5),
    before: score(9),
    step: 800,
    last: { step: 900, natsPerToken: 2.3 },
  },
  measure: null,
};

/** Width and height in a PNG's header. */
function pngSize(png: Uint8Array): [number, number] {
  const bytes = Buffer.from(png);
  assert.equal([...bytes.subarray(1, 4)], [...Buffer.from("PNG")]);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

test("a contact sheet grows with its cells, and is half as wide where nothing is real", () => {
  const options = { columns: 2, cellSize: 64 };
  const [width, height] = pngSize(contactSheet(cells, options));
  const [, taller] = pngSize(contactSheet([...cells, ...cells], options));
  assert.ok(taller > height);
  const [narrow] = pngSize(contactSheet([cells[1] as SheetCell], { ...options, columns: 1 }));
  assert.ok(narrow < width / 2);
});

test("captions on the sheet show on a machine without fonts", () => {
  const options = { columns: 1, cellSize: 64 };
  const [cell] = cells;
  assert.ok(cell);
  const named = contactSheet([{ ...cell, caption: "arrow up" }], options);
  const unnamed = contactSheet([{ ...cell, caption: "" }], options);
  assert.not.equal(Buffer.from(named), Buffer.from(unnamed));
});

test("the page escapes what it is given, asks for nothing and forbids asking", () => {
  const page = runPage({
    summary,
    config: resolveConfig(),
    log: [],
    cells,
    contrasts: [],
    strips: [],
  });
  assert.not.match(page, /<script/);
  assert.match(page, /&quot;&gt;&lt;script&gt;/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  assert.not.match(page, /(src|href)="(?!#)|@import|url\((?!#)/);
  assert.match(page, /<b>2\.000<\/b><span>held-out nats per token/);
  assert.match(page, /class="good">−20\.0 %/);
  assert.match(page, /<span>held-out nats per token, best at step 800</);
  assert.match(page, /Drawn by the checkpoint of step 800 of 900: <code>runs\/&quot;/);
  assert.match(page, /lowest at step 800, then it rose: 2\.300 at step 900, 15 % higher\./);
});

test("a run with nothing held out has a page too", () => {
  const page = runPage({
    summary: { ...summary, heldOut: null },
    config: resolveConfig(),
    log: [],
    cells: [],
    contrasts: [],
    strips: [],
  });
  assert.match(page, /Nothing was held out/);
});

test("of a held-out loss that was lowest at the last step nothing more is said", () => {
  const { heldOut } = summary;
  assert.is(lossSince({ ...heldOut!, last: { step: 800, natsPerToken: 2 } }), null);
  const flat = { ...heldOut!, last: { step: 900, natsPerToken: 2.01 } };
  assert.is(lossSince(flat), "lowest at step 800, 2.010 at step 900");
});

test("the margin is that against the better n-gram model", () => {
  assert.ok(summary.heldOut);
  assert.ok(Math.abs(marginOf(summary.heldOut) - 0.2) < 1e-12);
});

test("ids of drawings on one page do not meet", () => {
  const gradient = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient><rect width="9" height="9" fill="url(#g)"/></svg>`;
  const { drawing } = parseDrawing(gradient, defaultCanonicalOptions);
  const pair: SheetCell = { caption: "g", made: drawing, real: drawing, known: "trained" };
  const page = runPage({
    summary,
    config: resolveConfig(),
    log: [],
    cells: [pair, pair],
    contrasts: [],
    strips: [],
  });
  const ids = [...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id);
  assert.is(ids.length, 4);
  assert.is(new Set(ids).size, 4);
  for (const id of ids) assert.ok(page.includes(`url(#${id})`));
});

test("the token page shows every token once, coloured by kind", () => {
  const tokenizer = createPathTokenizer({
    text: trainBytePairs([], { vocabularySize: 256 }),
  });
  const drawing = icon("house");
  const ids = tokenizer.encode(drawing);
  const page = tokenPage([{ file: hostile, drawing, ids }], tokenizer);
  assert.is(page.match(/<i style="--hue:/g)?.length, ids.length);
  assert.not.match(page, /<script/);
});

test("captions side by side, a caption over the steps, and whether drawings follow captions", () => {
  const estimate = (value: number) => ({ value, low: value - 0.05, high: value + 0.05 });
  const figures = { hit1: 0.001, hit5: 0.003, mrr: 0.004, sharedWord: 0.025 };
  const likeness = {
    drawings: 120,
    withIcon: 120,
    unrendered: 0,
    chance: figures,
    hit1: estimate(0.21),
    hit5: estimate(0.43),
    mrr: estimate(0.3),
    sharedWord: estimate(0.57),
  };
  const measure = {
    icons: 1907,
    trained: likeness,
    heldOut: null,
    designer: null,
    bitsPerDrawing: null,
    captionRank: {
      drawings: 60,
      captions: 100,
      top1: estimate(0.32),
      mrr: estimate(0.4),
      chance: { top1: 0.01, mrr: 0.052 },
    },
    seconds: 8,
    seed: 11,
  };
  const gradient = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><linearGradient id="g"><stop stop-color="red"/><stop offset="1"/></linearGradient><rect width="9" height="9" fill="url(#g)"/></svg>`;
  const { drawing } = parseDrawing(gradient, defaultCanonicalOptions);
  const cell: SheetCell = { caption: hostile, made: drawing, real: drawing, known: "trained" };
  const steps = [200, 1000].map((step) => ({ step, drawing }));
  const page = runPage({
    summary: { ...summary, measure },
    config: resolveConfig(),
    log: [],
    cells: [cell],
    contrasts: [[cell, cell], [cell]],
    strips: [{ caption: hostile, cells: steps }],
  });
  assert.not.match(page, /<script/);
  assert.match(page, /<td>captions trained on<\/td><td>120<\/td><td>21\.0 % <small>16–26/);
  assert.match(page, /<td>chance<\/td><td><\/td><td>0\.1 %/);
  assert.match(page, /first of 100 for 32\.0 % of 60 drawings \(chance 1\.0 %\)/);
  assert.match(page, /need the package <code>@tabler\/icons/);
  assert.match(page, /<figcaption>1,000<\/figcaption>/);
  assert.match(page, /<b>57 %<\/b>/);
  const ids = [...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id);
  assert.is(ids.length, 2 + 6 + 2);
  assert.is(new Set(ids).size, ids.length);
});

test("file names are numbered, plain and short", () => {
  assert.is(sampleFile(0, "Arrow up, ↑ / north"), "01-arrow-up-north.svg");
  assert.is(sampleFile(11, "../../etc/passwd"), "12-etc-passwd.svg");
  assert.is(sampleFile(2, "!!"), "03-drawing.svg");
  assert.ok(sampleFile(2, "x".repeat(500)).length < 60);
});

test("markup that cannot stand in a page is left out", () => {
  assert.is(escapeMarkup("a\u0000b\u001bc\n<'\">&"), "abc\n&lt;&#39;&quot;&gt;&amp;");
  assert.is(escapeMarkup("ünï ✓ 🎈"), "ünï ✓ 🎈");
});

test.run();
