/** Damaged files of every format, at random: each is read as far as it goes or refused by name, soon. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type BadRow, openSource, SourceError } from "../../../data/index.ts";
import { rowsOf } from "../rows-of.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "pathloom-fuzz-"));
test.after(() => rmSync(folder, { recursive: true, force: true }));
const trials = Number(process.env.PATHLOOM_FUZZ ?? 6);

/** A few bytes changed, a stretch cut out, put in twice or overwritten, or the end missing. */
function damaged(bytes: Buffer, random: () => number): Buffer {
  const at = () => Math.floor(random() * bytes.length);
  const [from, length] = [at(), 1 + Math.floor(random() * 64)];
  const kind = random();
  if (kind < 0.5) {
    const made = Buffer.from(bytes);
    for (let i = 0; i < 1 + 8 * random(); i++) made[at()] = Math.floor(random() * 256);
    return made;
  }
  // The description of columnar files stands at the end.
  if (kind < 0.7) {
    const made = Buffer.from(bytes);
    const tail = Math.max(0, bytes.length - 600);
    for (let i = 0; i < 3; i++) {
      made[tail + Math.floor(random() * (bytes.length - tail))] = Math.floor(random() * 256);
    }
    return made;
  }
  if (kind < 0.8) return bytes.subarray(0, from);
  if (kind < 0.9) return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
  return Buffer.concat([bytes.subarray(0, from + length), bytes.subarray(from)]);
}

const names = [
  ...["plain-none.parquet", "plain-snappy.parquet", "plain-zstd.parquet", "pages.parquet"],
  ...["plain-gzip.parquet", "plain-lz4.parquet", "plain-brotli.parquet", "chat.parquet"],
  ...["batches.arrow", "large.arrow", "shard.tar", "shard.tar.gz", "pandas.csv", "pandas.tsv"],
  ...["pandas.jsonl", "pandas.json", "alpaca-gen.json"],
];

for (const name of names) {
  test(name, async () => {
    const whole = readFileSync(join(fixtures, name));
    const random = seedrandom(`fuzz/${name}`);
    const ending = name.endsWith(".tar.gz") ? ".tar.gz" : extname(name);
    let [read, refused] = [0, 0];
    for (let trial = 0; trial < trials; trial++) {
      const file = join(folder, `t${trial}${ending}`);
      writeFileSync(file, damaged(whole, random));
      const bad: BadRow[] = [];
      const from = performance.now();
      try {
        const rows = await rowsOf(openSource(file), (row) => bad.push(row));
        read++;
        assert.ok(rows.length <= 40, `${rows.length} rows`);
        for (const { svg, captions, place } of rows) {
          assert.type(svg, "string");
          assert.ok(captions.length > 0 && place.startsWith(file));
        }
        for (const { place, reason } of bad) assert.ok(place.startsWith(file) && reason !== "");
      } catch (error) {
        if (!(error instanceof SourceError)) {
          throw new Error(`trial ${trial}: ${(error as Error).stack}`, { cause: error });
        }
        assert.ok(error.message.startsWith(file), error.message);
        refused++;
      }
      assert.ok(performance.now() - from < 20_000, `trial ${trial} took too long`);
      assert.ok(bad.length < 2_000_000, `${bad.length} bad rows of trial ${trial}`);
    }
    assert.is(read + refused, trials);
  });
}

test.run();
