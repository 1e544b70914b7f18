import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type BadRow, openSource, type SourceRow } from "../../../data/index.ts";
import { parseDrawing } from "../../../svg/index.ts";
import {
  baseTokenizerFromJSON,
  createSemanticTokenizer,
  llm4svgOptions,
} from "../../../tokenizer/index.ts";
import { layouts } from "../../tokenizer/base/layouts.ts";
import { rowsOf } from "../rows-of.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const captions = { variants: 4, tags: 3 };

async function read(name: string, columns: Parameters<typeof openSource>[3] = null) {
  const bad: BadRow[] = [];
  const source = openSource(join(fixtures, name), captions, null, columns);
  const rows = await rowsOf(source, (row) => bad.push(row));
  return { rows, bad };
}

/** Short, so that a difference can be read. */
const said = (rows: readonly SourceRow[]) =>
  rows.map(({ captions, svg }) => `${captions.join("|")} ${fastHash(svg.trim())}`);
const fastHash = (text: string) => createHash("sha1").update(text).digest("hex").slice(0, 8);

const wanted = await read("pandas.jsonl");

test("twelve icons, as pandas writes them line by line", () => {
  assert.is(wanted.rows.length, 12);
  assert.equal(wanted.bad, []);
  assert.equal(wanted.rows[0]?.captions, ["arrow down. a drawing of arrow down"]);
  assert.is(wanted.rows[0]?.id, "arrow-down");
});

const sameIds = [
  ...[
    "pandas.json",
    "pandas.csv",
    "pandas.tsv",
    "python.csv",
    "python.tsv",
    "webdataset.tar",
    "webdataset.tar.gz",
    "mmsvg.parquet",
    "pages.parquet",
    "large.arrow",
    "batches.arrow",
  ],
  ...["none", "snappy", "gzip", "brotli", "zstd", "lz4"].map((codec) => `plain-${codec}.parquet`),
  ...["saved", "saved-splits", "shard.tar", "shard.tar.gz", "omnisvg", "folder-txt", "folder-json"],
];
for (const name of sameIds) {
  test(`${name}: the same drawings, captions and ids`, async () => {
    const { rows, bad } = await read(name);
    assert.equal(bad, []);
    const ids = (list: readonly SourceRow[]) => list.map(({ id }) => id.split(":").at(-1));
    assert.equal(ids(rows), ids(wanted.rows));
    assert.equal(said(rows), said(wanted.rows));
  });
}

const numbered = [
  ...["alpaca-gen.json", "alpaca-un.json", "chat.json", "sharegpt.jsonl"],
  ...["svgx-core.parquet", "svgx-sft.parquet", "chat.parquet"],
];
for (const name of numbered) {
  test(`${name}: the same drawings and captions, numbered`, async () => {
    const { rows, bad } = await read(name);
    assert.equal(bad, []);
    assert.equal(said(rows), said(wanted.rows));
    assert.is(new Set(rows.map(({ id }) => id)).size, 12);
  });
}

test("a folder's drawings are called by their file names where that is chosen", async () => {
  for (const name of ["folder-txt", "folder-json", "omnisvg"]) {
    const chosen = { ...captions, fileNames: true };
    const rows = await rowsOf(openSource(join(fixtures, name), chosen), ({ reason }) =>
      assert.unreachable(reason),
    );
    const names = wanted.rows.map(({ id }) => id.replaceAll("-", " "));
    assert.equal(
      rows.map(({ captions: said }) => said),
      names.map((each) => [each]),
    );
  }
});

test("answers in LLM4SVG's tokens are read as the drawings that they say", async () => {
  const { rows: plain } = await read("alpaca-gen.json");
  const base = baseTokenizerFromJSON(layouts["GPT-2"]());
  const semantic = createSemanticTokenizer({ base, options: llm4svgOptions });
  // Joins of lines have no token.
  const drawings = plain.map(({ svg }) => {
    const { drawing } = parseDrawing(
      svg.replaceAll(/ stroke-linejoin="\w+"/g, ""),
      semantic.canonical,
    );
    return drawing;
  });
  const file = join(mkdtempSync(join(tmpdir(), "pathloom-encoded-")), "encoded.json");
  const encoded = plain.map(({ captions }, i) => ({
    instruction: captions[0],
    output: semantic.base.decode(semantic.encode(drawings[i]!)),
  }));
  writeFileSync(file, JSON.stringify(encoded));
  const rows: SourceRow[] = [];
  for await (const row of openSource(file).rows(({ reason }) => assert.unreachable(reason))) {
    rows.push(row);
  }
  assert.equal(
    rows.map(({ captions }) => captions),
    plain.map(({ captions }) => captions),
  );
  for (const [i, { svg }] of rows.entries()) {
    assert.equal(parseDrawing(svg, semantic.canonical).drawing, drawings[i]);
  }
});

test("OmniSVG's two captions have the shares in which it draws them", async () => {
  const { rows } = await read("mmsvg-brief.parquet");
  assert.equal(rows[0]?.captions, ["arrow down", "a drawing of arrow down"]);
  assert.equal(rows[0]?.shares, [0.4, 0.6]);
  assert.ok(rows[0]?.words?.includes("arrow down"));
});

test("columns may be chosen, and one that is not there is told with those that are", async () => {
  const choice = { svg: "svg", captions: [{ column: "keywords", share: 1 }] };
  const { rows } = await read("mmsvg.parquet", choice);
  assert.equal(rows[0]?.captions, ["arrow down"]);
  const fault = await read("mmsvg.parquet", { svg: "picture" }).then(
    () => "",
    ({ message }) => message,
  );
  assert.match(
    fault,
    /mmsvg\.parquet: there is no column "picture"; there are id, svg, description/,
  );
});

test.run();
