/** All filters in one corpus: on the fly and prepared alike, counted by reason, the totals add up. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CaptionScorer,
  colorLookOf,
  countReasons,
  leftOutOf,
  looksAlike,
  mirror,
  noFilters,
  openSource,
  openSources,
  prepareSet,
  readCorpus,
  type Source,
  type TokenDataset,
} from "../../../data/index.ts";
import { UsageError } from "../../../errors/index.ts";
import { ConfigError, resolveConfig } from "../../../src/config/index.ts";
import {
  chooseTokenizer,
  pathOptionsOf,
  prepareData,
  prepareDrawings,
} from "../../../src/runs/index.ts";
import { parseDrawing } from "../../../svg/index.ts";
import { canonicalOptionsOf, strokeIconOptions } from "../../../tokenizer/index.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-filters-"));
process.env.PATHLOOM_CACHE = join(root, "cache");
test.after(() => rmSync(root, { recursive: true, force: true }));

const svgOf = (inner: string, box = "0 0 24 24") =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" fill="none" stroke="currentColor" stroke-width="2">${inner}</svg>`;
const lines = (...from: readonly number[]) =>
  from.map((x) => `<path d="M${x} 3L${24 - x} ${x + 4}L3 21"/>`).join("");

/** A dozen that pass, and what each filter is for. */
const random = seedrandom("filters");
const at = () => Math.round(2 + 20 * random());
const good = Array.from({ length: 12 }, (_, i) => ({
  caption: `thing number ${"abcdefghijkl"[i]}`,
  svg: svgOf(
    `<path d="M${at()} ${at()}L${at()} ${at()}L3 21"/><path d="M${at()} ${at()}L${at()} ${at()}"/>`,
  ),
}));
const rows = [
  ...good,
  { caption: "thing number a again", svg: good[0]!.svg },
  { caption: "broken", svg: "<svg" },
  { caption: "nothing to see", svg: svgOf('<path d="M4 4h4m-2 5v8" stroke="#fff"/>'.repeat(2)) },
  { caption: "much too wide", svg: svgOf(lines(3, 5), "0 0 96 24") },
  { caption: "lonely line", svg: svgOf(lines(7)) },
  { caption: "words", svg: svgOf(`${lines(3, 8)}<text>a</text>`) },
  { caption: "стрелка", svg: svgOf(lines(4, 9)) },
  { caption: "looks like b", svg: good[1]!.svg.replace("L3 21", "L3 21.25") },
  { caption: "Thing, number: c", svg: svgOf(lines(5, 11)) },
  { caption: "very long", svg: svgOf(lines(2, 3, 4, 5, 6, 7, 8, 9, 10, 11)) },
];
const file = join(root, "rows.jsonl");
writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

const filters = {
  ...{ visible: true, lossless: true, aspect: 2, leastElements: 2, mostTokens: 60 },
  ...{ nearDuplicates: "drop", captionSimilarity: 1, languages: ["en"] },
} as const;
const config = (source: string, more: object = {}, tokens = 300) =>
  resolveConfig({
    data: { source, heldOut: 0.3, filters: { ...filters, ...more }, maxTokens: tokens } as never,
    tokenizer: { grid: 96, captionVocabulary: 300 } as never,
  });

const contents = (dataset: TokenDataset) =>
  Array.from({ length: dataset.size }, (_, sample) => [
    dataset.id(sample),
    dataset.captions(sample),
    [...dataset.plain(sample).tokens],
  ]);

test("each filter leaves out its row, and says so; a prepared set has the same", async () => {
  const plain = await prepareData(config(file));
  const { corpus, train, heldOut } = plain.reports;
  const left = leftOutOf(plain.reports, 300);
  const told = left.map(({ why, filter = why, detail = "" }) => `${filter} ${detail}`);
  assert.equal(
    told.filter((text) => !/^tokens \d\d$/.test(text)).sort(),
    [
      ...["aspect 4.00", "caption 3", "elements 1", "language стрелка", "lossless "],
      ...["look 2", "not readable ", "visible "],
    ].sort(),
  );
  assert.is(told.length, 9);
  assert.is(corpus.rows, rows.length);
  const samples = train.samples + heldOut.samples;
  assert.is(samples, good.length);
  assert.is(corpus.rows, corpus.duplicates + left.length + samples);
  const { folder, manifest } = await prepareDrawings({
    config: config(file),
    folder: join(root, "set"),
    threads: 1,
  });
  const prepared = await prepareData(config(folder), { saved: plain.tokenizer });
  assert.equal(contents(prepared.train), contents(plain.train));
  assert.equal(contents(prepared.heldOut), contents(plain.heldOut));
  assert.equal(prepared.card, plain.card);
  assert.is(manifest.sets[0]?.bad, 8);
  assert.is(manifest.sets[0]?.filtered, 7);
  assert.is(manifest.train.filtered + manifest.heldOut.filtered, 1);
  const page = readFileSync(join(folder, "statistics.html"), "utf8");
  const shown = (text: string) => text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  for (const { reason } of countReasons(left)) assert.ok(page.includes(shown(reason)), reason);
  const refused = await prepareData(config(folder, { aspect: null })).catch((error) => error);
  assert.instance(refused, ConfigError);
  assert.match(refused.message, /data\.filters/);
});

test("drawings that look alike stand on one side of the split, mirrored or not", async () => {
  // Each icon again, a grid unit to the left, and mirrored.
  const source: Source = {
    name: "moved",
    async *rows(onBad) {
      for await (const row of openSource("lucide").rows(onBad)) {
        yield row;
        const svg = row.svg.replace("0 0 24 24", "0.25 0 24 24");
        yield { ...row, id: `${row.id} moved`, svg };
        const turned = svg.replace(/>/, '><g transform="matrix(-1 0 0 1 24 0)">');
        yield { ...row, id: `${row.id} turned`, svg: turned.replace("</svg>", "</g></svg>") };
      }
    },
  };
  const crossings = async (nearDuplicates: "keep" | "together") => {
    const { train, heldOut } = await readCorpus(source, {
      ...{ canonical: canonicalOptionsOf(strokeIconOptions), parse: parseDrawing, heldOut: 0.5 },
      ...{ limit: 90, filters: { ...noFilters, nearDuplicates } },
    });
    assert.ok(train.length > 20 && heldOut.length > 20);
    const looks = train.flatMap(({ drawing }) => [
      colorLookOf(drawing)!,
      colorLookOf(mirror(drawing))!,
    ]);
    return heldOut.filter(({ drawing }) => {
      const look = colorLookOf(drawing)!;
      return looks.some((other) => looksAlike(look, other));
    }).length;
  };
  assert.is(await crossings("together"), 0);
  assert.ok((await crossings("keep")) > 5);
});

/** Likes captions that end in a letter up to h. */
class LetterScorer implements CaptionScorer {
  readonly id = "letters";
  asked = 0;
  score(batch: readonly { readonly caption: string }[]): number[] {
    this.asked += batch.length;
    return batch.map(({ caption }) => (/ [a-h]$/.test(caption) ? 0.3 : 0.1));
  }
}

test("rows that fit their caption too little are left out, and scored once however often it is killed", async () => {
  const scorer = new LetterScorer();
  const scored = { ...noFilters, clipScore: 0.25 };
  const recipe = config(file);
  const canonical = canonicalOptionsOf(pathOptionsOf(recipe.tokenizer));
  const corpus = await readCorpus(openSource(file), {
    ...{ canonical, parse: parseDrawing, heldOut: 0.3, filters: scored, scorer },
  });
  assert.is(corpus.train.length + corpus.heldOut.length, 10);
  const low = corpus.report.bad.filter(({ filter }) => filter === "clip");
  assert.equal(low[0], {
    place: `${file}:9`,
    filter: "clip",
    reason: "a CLIP score below 0.25",
    detail: "0.100",
  });
  scorer.asked = 0;
  const folder = join(root, "scored");
  const prepare = (onProgress?: (what: string) => void) =>
    prepareSet({
      ...{ folder, digest: "d", config: { data: {}, tokenizer: {} }, canonical },
      ...{ heldOut: 0.3, splitNames: true, styleWords: null, strokeWidth: null, limit: null },
      ...{ maxTokens: 300, augment: { kinds: [], shiftBy: 1 }, filters: scored, scorer },
      sources: openSources([{ source: file, weight: 1, style: null, word: null }], {
        variants: 1,
        tags: 0,
      }),
      threads: 1,
      makeTokenizer: (texts) => chooseTokenizer(recipe.tokenizer, texts, undefined).tokenizer,
      ...(onProgress && { onProgress }),
    });
  const killed = await prepare((what) => {
    if (what === "learning the vocabulary") throw new Error("killed");
  }).catch(({ message }) => message);
  assert.is(killed, "killed");
  assert.ok(existsSync(join(folder, "work", "scores-00000.json")));
  const asked = scorer.asked;
  const { reports, manifest } = await prepare();
  assert.is(scorer.asked, asked);
  assert.is(manifest.train.samples + manifest.heldOut.samples, 10);
  assert.equal(reports.corpus.bad.length, corpus.report.bad.length);
  assert.equal(reports.corpus.dropped, corpus.report.dropped);
});

test("scores that are asked for of nobody are refused, before a row is read", async () => {
  const filters = { ...noFilters, clipScore: 0.25 };
  const recipe = config(file);
  const canonical = canonicalOptionsOf(pathOptionsOf(recipe.tokenizer));
  const source = openSource(file);
  const read = { canonical, parse: parseDrawing, heldOut: 0.3, filters };
  const folder = join(root, "unscored");
  const tries = [
    () => readCorpus(source, read),
    () =>
      prepareSet({
        ...{ folder, digest: "d", config: { data: {}, tokenizer: {} }, canonical, filters },
        ...{ heldOut: 0.3, splitNames: true, styleWords: null, strokeWidth: null, limit: null },
        ...{
          maxTokens: 300,
          augment: { kinds: [], shiftBy: 1 },
          sources: [{ source }],
          threads: 1,
        },
        makeTokenizer: (texts) => chooseTokenizer(recipe.tokenizer, texts, undefined).tokenizer,
      }),
  ];
  for (const one of tries) {
    const refused = await one().catch((error: unknown) => error);
    assert.instance(refused, UsageError);
    assert.match((refused as Error).message, /filters\.clipScore: 0\.25 .*no scorer was passed/);
  }
  assert.not.ok(existsSync(folder));
});

test("a set is another one where its CLIP or the texts of it are", async () => {
  const clip = join(root, "clip");
  cpSync(join(import.meta.dirname, "../../golden/clip"), clip, { recursive: true });
  const folder = join(root, "by-clip");
  const prepare = () =>
    prepareDrawings({ config: config(file, { clipScore: -1, clip }), folder, threads: 1 });
  assert.not.ok((await prepare()).wasThere);
  assert.ok((await prepare()).wasThere);
  for (const name of ["tokenizer.json", "config.json", "model.safetensors"]) {
    const kept = readFileSync(join(clip, name));
    appendFileSync(join(clip, name), "\n");
    const { message } = await prepare().catch((error) => error);
    assert.match(message, /by another configuration, or from another tokenizer.* or CLIP/, name);
    writeFileSync(join(clip, name), kept);
  }
  assert.ok((await prepare()).wasThere);
});

test("a CLIP from a folder scores by its pictures; none named is told by key", async () => {
  const clip = join(import.meta.dirname, "../../golden/clip");
  const more = { clipScore: -1, clip };
  const all = await prepareData(config(file, more));
  assert.is(all.train.size + all.heldOut.size, good.length);
  const none = await prepareData(config(file, { ...more, clipScore: 1 })).catch((error) => error);
  assert.match(none.message, /no usable drawing among \d+ rows/);
  const refused = await prepareData(config(file, { clipScore: 0.2 })).catch((error) => error);
  assert.instance(refused, ConfigError);
  assert.match(refused.message, /data\.filters\.clip: expected a folder that holds a CLIP/);
});

test.run();
