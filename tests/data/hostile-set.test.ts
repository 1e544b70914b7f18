/** One set of everything that is damaged or means harm: it is prepared, and every row has its fate. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { LeftOut } from "../../data/index.ts";
import { resolveConfig } from "../../src/config/index.ts";
import { prepareDrawings } from "../../src/runs/index.ts";
import { hostileSources } from "../svg/hostile-sources.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-hostile-"));
process.env.PATHLOOM_CACHE = join(root, "cache");
test.after(() => rmSync(root, { recursive: true, force: true }));
const fixtures = join(import.meta.dirname, "formats", "fixtures");
const fixture = (name: string) => readFileSync(join(fixtures, name));

function folder(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(root, name);
  mkdirSync(path);
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

const some = [
  ...["use without end", "entities that double", "boxes within boxes", "patterns of patterns"],
  "one rule of many selectors",
].map((name) => [name, hostileSources[name]!()] as const);

/** The middle of the file is another's bytes. */
function overwritten(bytes: Buffer): Buffer {
  const made = Buffer.from(bytes);
  made.fill(0xa5, Math.floor(made.length * 0.3), Math.floor(made.length * 0.4));
  return made;
}

test("every row of a hostile set is learnt, or counted with file and reason, and the run goes on", async () => {
  const good = fixture("pandas.jsonl").toString().trim().split("\n");
  const drawings = Object.fromEntries(
    some.map(([name, content]) => [`${name.replaceAll(/\W+/g, "-")}.svg`, content]),
  );
  const sources = [
    folder("drawings", { ...drawings, "good.svg": JSON.parse(good[0]!).svg }),
    folder("parquet", {
      "a.parquet": fixture("plain-zstd.parquet").subarray(0, 900),
      "b.parquet": overwritten(fixture("pages.parquet")),
      "c.parquet": fixture("svgx-core.parquet"),
      "d.parquet": "no Parquet at all",
    }),
    folder("arrow", {
      "a.arrow": fixture("wrong.arrow"),
      "b.arrow": fixture("batches.arrow").subarray(0, 3000),
      "c.arrow": fixture("large.arrow"),
    }),
    folder("csv", {
      "a.csv": `${"a,".repeat(100_000)}\n`,
      "b.csv": Buffer.concat([
        Buffer.from("caption,svg\ngood,<svg/>\nfew\nbad "),
        Buffer.from([0xff, 0x2c, 0x0a]),
        Buffer.from(`${"x,".repeat(2000)}\nopen,"<svg`),
      ]),
    }),
    join(fixtures, "hostile.tar.gz"),
    folder("lines", {
      "a.jsonl": Buffer.concat([
        Buffer.from(`${good[1]}\nnot JSON\n{"caption":5}\n{"caption":"b\u0000","svg":""}\n`),
        Buffer.from([0x7b, 0xc3, 0x28, 0x0a]),
        Buffer.from(`{"caption":"long","svg":"${"x".repeat(1_100_000)}"}\n`),
        Buffer.from(
          `{"caption":"<|end_svg|> \u202e","svg":${JSON.stringify(JSON.parse(good[2]!).svg)}}\n`,
        ),
      ]),
    }),
  ];
  const { manifest, folder: set } = await prepareDrawings({
    config: resolveConfig({
      data: { source: sources, heldOut: 0.2, maxTokens: 300, filters: { visible: true } } as never,
      tokenizer: { captionVocabulary: 300 } as never,
    }),
    folder: join(root, "set"),
    threads: 1,
  });
  const { train, heldOut, sets, rows, duplicates } = manifest;
  const bad = sets.reduce((sum, one) => sum + one.bad, 0);
  const fates = [train, heldOut].reduce(
    (sum, side) => sum + side.samples + side.tooLong + side.refused + side.filtered,
    bad + duplicates,
  );
  assert.is(rows, fates);
  assert.ok(train.samples + heldOut.samples >= 12, "the good ones are there");
  for (const { name, rows: own, bad: left } of sets) {
    assert.ok(left > 0, `${name} has bad rows`);
    assert.ok(own > left || name.endsWith("csv") || name.endsWith("tar.gz"), name);
  }
  const told = readFileSync(join(set, "left-out.jsonl"), "utf8").trim().split("\n");
  const left = told.map((line) => JSON.parse(line) as LeftOut);
  assert.is(left.length, rows - duplicates - train.samples - heldOut.samples);
  for (const { name, reason } of left) {
    assert.ok(reason.length > 3, name);
    assert.ok(/[/:]/.test(name), name);
  }
  const reasons = (part: string) =>
    left.filter(({ name }) => name.includes(part)).map(({ reason }) => reason);
  assert.match(reasons("a.parquet").join(), /no Parquet file, or a damaged one/);
  assert.match(reasons("b.parquet:").join(), /a damaged page|no UTF-8|XML|svg/);
  assert.match(reasons("a.arrow").join(), /there is no column with drawings/);
  assert.match(reasons("a.csv:1").join(), /over 1000 columns/);
  assert.match(reasons("climbs.svg").join(), /leads out of the shard/);
  assert.is(reasons("a.jsonl:").length, 5);
});

test.run();
