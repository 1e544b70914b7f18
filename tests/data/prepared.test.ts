/** Prepared sets: the same as on the fly, the same from every format, the same however often killed. */
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CorpusSource,
  noFilters,
  openPreparedSet,
  openSource,
  prepareSet,
  type TokenDataset,
} from "../../data/index.ts";
import { resolveConfig } from "../../src/config/index.ts";
import {
  chooseTokenizer,
  pathOptionsOf,
  prepareData,
  prepareDrawings,
} from "../../src/runs/index.ts";
import { canonicalOptionsOf } from "../../tokenizer/index.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-prepared-"));
const fixtures = join(import.meta.dirname, "formats", "fixtures");
let folders = 0;
const newFolder = () => join(root, `set-${folders++}`);

const config = (source: unknown, more: object = {}) =>
  resolveConfig({
    data: { source, heldOut: 0.2, limit: 60, ...more } as never,
    tokenizer: { grid: 48, captionVocabulary: 300 } as never,
  });

/** Everything that a training sees of a data set. */
function contents(dataset: TokenDataset) {
  return Array.from({ length: dataset.size }, (_, sample) => ({
    id: dataset.id(sample),
    captions: dataset.captions(sample),
    weight: dataset.weight(sample),
    all: Array.from({ length: dataset.drawingCount(sample) }, (_, drawing) =>
      Array.from({ length: dataset.captionCount(sample, drawing) }, (_, caption) => [
        ...dataset.get({ sample, caption, drawing }).tokens,
      ]),
    ),
    picked: [0, 0.3, 0.6, 0.99].map((at) => dataset.pickCaption(sample, 0, at)),
  }));
}

/** Files of a set, but for those that tell of its sources. */
function files(folder: string, pattern = /./): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names
      .filter((name) => pattern.test(name) && !/run\.lock|shards$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name)).toString("base64").slice(0, 1e6)]),
  );
}

const sources = [
  { source: "lucide", weight: 1.5 },
  { source: "npm:@phosphor-icons/core", word: "chalk" },
];

test("a prepared set is what training on the fly reads, at its own context and at a shorter one", async () => {
  const options = { augment: ["mirror", "shift"], maxTokens: 120 };
  const { folder } = await prepareDrawings({
    config: config(sources, options),
    folder: newFolder(),
  });
  for (const context of [120, 50]) {
    const recipe = (source: unknown) => config(source, { ...options, maxTokens: context });
    const plain = await prepareData(recipe(sources), { context });
    const prepared = await prepareData(recipe(folder), {
      context,
      saved: plain.tokenizer,
    });
    assert.is(prepared.train.size, plain.train.size);
    if (context === 50) assert.ok(plain.train.size < 90);
    assert.equal(contents(prepared.train), contents(plain.train));
    assert.equal(contents(prepared.heldOut), contents(plain.heldOut));
    const { card } = prepared;
    assert.is(card.totals.leftOut, plain.card.totals.leftOut);
    if (context === 120) assert.equal(card, plain.card);
  }
});

test("the same drawings give the same shards, byte for byte, from every format", async () => {
  const names = readdirSync(fixtures).filter((name) => !/^(wrong|hostile|mmsvg-brief)/.test(name));
  assert.ok(names.length >= 25);
  let first: Record<string, string> | null = null;
  for (const name of names) {
    const folder = newFolder();
    await prepareDrawings({ config: config(join(fixtures, name)), folder, threads: 1 });
    const made = files(folder, /shards.*safetensors|tokenizer\.json/);
    assert.is(Object.keys(made).length, 3);
    first ??= made;
    assert.equal(made, first, name);
  }
});

/** Ends as a kill does: without a word, wherever a piece of work was done. */
class Killed extends Error {}

test("killed at every piece and gone on with, by any number of threads, it ends in the same bytes", async () => {
  const plain = newFolder();
  await prepareDrawings({ config: config(sources), folder: plain, threads: 1 });
  const wanted = files(plain);
  const folder = newFolder();
  let kills = 0;
  for (let allowed = 1; ; allowed++) {
    let seen = 0;
    const onProgress = () => {
      if (++seen >= allowed) throw new Killed();
    };
    try {
      const threads = allowed % 2 === 0 ? 2 : 1;
      await prepareDrawings({ config: config(sources), folder, threads, onProgress });
      break;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      kills++;
    }
  }
  assert.ok(kills >= 3, `${kills} kills`);
  assert.equal(files(folder), wanted);
  const again = await prepareDrawings({ config: config(sources), folder });
  assert.ok(again.wasThere);
  assert.equal(files(folder), wanted);
});

test("other configurations and other things in the folder are refused", async () => {
  const folder = newFolder();
  const icons = join(fixtures, "pandas.jsonl");
  await prepareDrawings({ config: config(icons), folder });
  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => "",
      ({ message }) => message as string,
    );
  const other = config(icons, { heldOut: 0.5 });
  assert.match(
    await refused(prepareDrawings({ config: other, folder })),
    /by another configuration/,
  );
  assert.match(
    await refused(prepareDrawings({ config: other, folder: fixtures })),
    /holds other things/,
  );
  assert.match(
    await refused(prepareData(config(folder, { heldOut: 0.5 }))),
    /data\.heldOut: expected 0\.2, by which .* was prepared, but found 0\.5/,
  );
  assert.match(
    await refused(prepareData(config([folder, "lucide"]))),
    /is a prepared set, which stands alone/,
  );
  rmSync(join(folder, "tokenizer.json"));
  assert.match(await refused(prepareData(config(folder))), /tokenizer\.json: cannot be read/);
});

test("a set of before a key was there is taken as made by its default", async () => {
  const folder = newFolder();
  const icons = join(fixtures, "pandas.jsonl");
  await prepareDrawings({ config: config(icons), folder });
  const file = join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const { data, tokenizer } = manifest.config;
  for (const key of ["template", "system"]) delete tokenizer[key];
  delete data.filters;
  // As the digest was made of it then.
  const old = { data, tokenizer, maxTokens: manifest.maxTokens, pretrained: null };
  const digest = createHash("sha256").update(JSON.stringify(old)).digest("hex");
  writeFileSync(file, JSON.stringify({ ...manifest, digest }));
  assert.ok((await prepareData(config(folder))).train.size > 0);
  assert.ok((await prepareDrawings({ config: config(icons), folder })).wasThere);
  const other = resolveConfig({
    ...config(folder),
    tokenizer: { ...config(folder).tokenizer, template: "alpaca" },
  });
  const message = await prepareData(other).catch((error) => error.message);
  assert.match(message, /tokenizer\.template: expected "plain", by which .* but found "alpaca"/);
});

test("a set is another one where its base tokenizer is", async () => {
  const [base, folder] = [newFolder(), newFolder()];
  const golden = join(import.meta.dirname, "../golden/chat");
  mkdirSync(base);
  cpSync(join(golden, "tokenizers/qwen2.json"), join(base, "tokenizer.json"));
  const recipe = resolveConfig({
    data: { source: join(fixtures, "pandas.jsonl"), maxTokens: 2000 },
    tokenizer: { type: "text", grid: 24, base },
    model: { from: null },
  });
  const prepare = () => prepareDrawings({ config: recipe, folder, threads: 1 });
  assert.not.ok((await prepare()).wasThere);
  assert.ok((await prepare()).wasThere);
  const change = async (name: string, from: string, to: string) => {
    const file = join(base, name);
    const kept = readFileSync(file, "utf8");
    assert.ok(kept.includes(from), name);
    writeFileSync(file, kept.replace(from, to));
    const { message } = await prepare().catch((error) => error);
    assert.match(message, /from another tokenizer, chat template or CLIP/, name);
    writeFileSync(file, kept);
  };
  await change("tokenizer.json", "{", '{"other": 1,');
  assert.ok((await prepare()).wasThere);
});

test("rows of every fate add up, and bad ones are told with their places", async () => {
  const source = openSource(join(fixtures, "hostile.tar.gz"));
  const more: CorpusSource = { source: openSource(join(fixtures, "pandas.jsonl")) };
  const folder = newFolder();
  const recipe = config("lucide");
  const { manifest, reports } = await prepareSet({
    folder,
    digest: "d",
    config: { data: {}, tokenizer: {} },
    sources: [{ source }, more, more],
    canonical: canonicalOptionsOf(pathOptionsOf(recipe.tokenizer)),
    heldOut: 0.3,
    splitNames: true,
    styleWords: null,
    strokeWidth: null,
    limit: null,
    maxTokens: 20,
    augment: { kinds: [], shiftBy: 1 },
    filters: noFilters,
    threads: 1,
    makeTokenizer: (texts) => chooseTokenizer(recipe.tokenizer, texts, undefined).tokenizer,
  });
  const bad = manifest.sets.reduce((sum, set) => sum + set.bad, 0);
  const of = ({ samples, tooLong, refused }: typeof manifest.train) => samples + tooLong + refused;
  assert.is(manifest.rows, 6 + 12 + 12);
  assert.is(bad, 5);
  assert.is(manifest.rows, bad + manifest.duplicates + of(manifest.train) + of(manifest.heldOut));
  assert.ok(manifest.train.tooLong + manifest.heldOut.tooLong > 0);
  const opened = openPreparedSet(folder);
  assert.equal(opened.reports, JSON.parse(JSON.stringify(reports)));
});

test.run();
