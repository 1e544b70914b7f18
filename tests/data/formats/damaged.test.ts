/** Bad input of every kind: counted with file and row, or refused by name; the totals add up. */
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Data,
  Field,
  FixedSizeList,
  Int32,
  makeData,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
} from "apache-arrow";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type BadRow, openSource, SourceError } from "../../../data/index.ts";
import { rowsOf } from "../rows-of.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const folder = mkdtempSync(join(tmpdir(), "pathloom-damaged-"));
const svg = '<svg viewBox="0 0 4 4"><path d="M1 1h2v2z"/></svg>';

async function readFile(file: string) {
  const bad: BadRow[] = [];
  const rows = await rowsOf(openSource(file), (row) => bad.push(row));
  return { rows, bad, reasons: bad.map(({ reason }) => reason) };
}

function written(name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function refusal(file: string): Promise<string> {
  try {
    await readFile(file);
  } catch (error) {
    assert.instance(error, SourceError);
    return (error as Error).message;
  }
  return assert.unreachable(`${file} was read`) as never;
}

/** The fixture with some bytes changed in the middle of where a text stands. */
function damagedAt(name: string, text: string, change: (bytes: Buffer, at: number) => void) {
  const bytes = readFileSync(join(fixtures, name));
  const at = bytes.indexOf(text);
  assert.ok(at > 0);
  change(bytes, at);
  return bytes;
}

test("Parquet: rows of a damaged page are counted, those of sound pages read", async () => {
  // The page's header stands before its text; its sizes are among the bytes that are changed.
  const bytes = damagedAt("pages.parquet", "heart. a drawing", (all, at) => {
    all.fill(0xff, at - 30, at - 2);
  });
  const { rows, bad } = await readFile(written("page.parquet", bytes));
  assert.is(rows.length + bad.length, 12);
  assert.ok(bad.length > 0);
  assert.match(bad[0]?.reason ?? "", /^a damaged page/);
  assert.match(bad[0]?.place ?? "", /page\.parquet:\d+$/);
});

test("Parquet: text that is none is counted by its row", async () => {
  const bytes = damagedAt("pages.parquet", "heart. a drawing", (all, at) => {
    all[at] = 0xff;
  });
  const { rows, bad } = await readFile(written("text.parquet", bytes));
  assert.is(rows.length, 11);
  assert.equal(bad, [
    { place: `${join(folder, "text.parquet")}:6`, reason: "the bytes are no UTF-8" },
  ]);
});

test("Parquet: a file that is cut, or is none, is refused by name", async () => {
  const whole = readFileSync(join(fixtures, "plain-zstd.parquet"));
  assert.match(
    await refusal(written("cut.parquet", whole.subarray(0, 900))),
    /cut\.parquet: no Parquet/,
  );
  assert.match(await refusal(written("none.parquet", "PAR1")), /none\.parquet: no Parquet/);
  assert.match(await refusal(written("empty.parquet", "")), /empty\.parquet: no Parquet/);
});

test("Arrow: another schema is told with its columns, a file that breaks off with the row", async () => {
  assert.match(
    await refusal(join(fixtures, "wrong.arrow")),
    /wrong\.arrow: there is no column with drawings; there are caption, pixels/,
  );
  const footed = readFileSync(join(fixtures, "large.arrow"));
  const half = footed.subarray(0, footed.length / 2);
  assert.match(await refusal(written("half.arrow", half)), /half\.arrow: no Arrow/);
  const whole = readFileSync(join(fixtures, "batches.arrow"));
  const { rows, bad } = await readFile(
    written("cut.arrow", whole.subarray(0, Math.floor(whole.length / 2))),
  );
  assert.ok(rows.length > 0 && rows.length < 12, `${rows.length}`);
  assert.is(bad.length, 1);
  assert.match(bad[0]?.reason ?? "", /damaged from here on/);
  assert.is(bad[0]?.place, `${join(folder, "cut.arrow")}:${rows.length + 1}`);
  assert.match(await refusal(written("none.arrow", "no arrow at all")), /none\.arrow: no Arrow/);
});

test("Arrow: compressed batches are told as such, with what to do", async () => {
  const { rows, bad } = await readFile(join(fixtures, "wrong-compressed.arrow"));
  assert.is(rows.length, 0);
  assert.match(bad[0]?.reason ?? "", /compressed, which is not read: write the file without/);
});

test("Arrow: rows that no bytes back are refused, however deep they lie", async () => {
  const rows = 200_000;
  const nulls = makeData({ type: new Null(), length: rows });
  const few = makeData({ type: new Int32(), length: 2, data: Int32Array.of(1, 2) });
  const listOf = (size: number, child: Data) =>
    makeData({
      type: new FixedSizeList(size, new Field("item", child.type, true)),
      length: rows,
      child,
    });
  const structOf = (child: Data) =>
    makeData({
      type: new Struct([new Field("item", child.type, true)]),
      length: rows,
      children: [child],
    });
  const hostile: Record<string, Data> = {
    nulls,
    "lists of nulls": listOf(1, nulls),
    "lists of few": listOf(1, few),
    "lists of nothing": listOf(0, few),
    "structures of nulls": structOf(nulls),
    "structures of few": structOf(few),
    "structures of lists of few": structOf(listOf(1, few)),
  };
  for (const [name, data] of Object.entries(hostile)) {
    const schema = new Schema(
      ["svg", "caption"].map((column) => new Field(column, data.type, true)),
    );
    const children = [data, data];
    const batch = new RecordBatch(
      schema,
      makeData({ type: new Struct(schema.fields), length: rows, children }),
    );
    const file = written("claims.arrow", tableToIPC(new Table([batch]), "stream"));
    const { rows: read, reasons } = await readFile(file);
    assert.is(read.length, 0, name);
    assert.is(reasons.length, 1, name);
    assert.match(reasons[0] ?? "", /a batch says that it has 200000 rows, and holds fewer$/, name);
  }
});

test("CSV: bad bytes, rows of another width and open quotes are counted by line", async () => {
  const quoted = svg.replaceAll('"', '""');
  const lines = [
    "caption,svg",
    `good,"${quoted}"`,
    `"several\nlines","${quoted}"`,
    `more,"${quoted}",cells`,
    "few",
    `,"${quoted}"`,
  ].join("\n");
  const file = written("rows.csv", lines);
  appendFileSync(
    file,
    Buffer.concat([Buffer.from("\nbad \xff,", "latin1"), Buffer.from(`"${quoted}"\n`)]),
  );
  appendFileSync(file, `last,"${quoted}"\nopen,"<svg`);
  const { rows, bad } = await readFile(file);
  assert.equal(
    rows.map(({ captions }) => captions[0]),
    ["good", "several lines", "last"],
  );
  assert.equal(
    bad.map(({ place, reason }) => `${place.slice(file.length)} ${reason}`),
    [
      ":5 3 cells under 2 names",
      ":6 1 cells under 2 names",
      ":7 the caption is empty",
      ":8 the bytes are no UTF-8",
      ":10 a quote that is never closed",
    ],
  );
});

test("CSV: a million columns are refused, or counted below a line of names", async () => {
  const many = "a,".repeat(1_000_000);
  assert.match(await refusal(written("wide.csv", `${many}\n`)), /wide\.csv:1: over 1000 columns/);
  const more = "a,".repeat(100_000);
  const file = written("row.csv", `caption,svg\n${more}b\nlast,${svg.replaceAll('"', "'")}\n`);
  const { rows, reasons } = await readFile(file);
  assert.is(rows.length, 1);
  assert.equal(reasons, ["100001 cells under 2 names"]);
  assert.match(await refusal(written("twice.csv", "svg,svg\n")), /the column "svg" is there twice/);
  assert.match(await refusal(written("none.csv", "")), /none\.csv: empty/);
});

test("CSV: drawings that it names by file lie in its folder, or are counted", async () => {
  writeFileSync(join(folder, "one.svg"), svg);
  const names = ["one.svg", "../two.svg", "/etc/passwd", "none.svg"];
  const file = written(
    "files.csv",
    `file_name,caption\n${names.map((name) => `${name},c`).join("\n")}\n`,
  );
  const { rows, reasons } = await readFile(file);
  assert.is(rows[0]?.svg, svg);
  assert.equal(reasons, [
    "the file that it names is not in the folder",
    "the file that it names is not in the folder",
    'there is no drawing "none.svg" in the folder',
  ]);
});

test("tar: names that climb, links, bad bytes and huge files are counted, the rest read", async () => {
  const { rows, bad } = await readFile(join(fixtures, "hostile.tar.gz"));
  assert.equal(
    rows.map(({ id }) => id),
    ["good"],
  );
  assert.equal(
    bad.map(({ place, reason }) => `${place.split(":").at(-1)} ${reason}`),
    [
      "../climbs.svg its name leads out of the shard",
      "/root.svg its name leads out of the shard",
      "link.svg a link",
      "bad.svg the bytes are no UTF-8",
      "huge.svg larger than 1000000 bytes",
    ],
  );
});

test("tar: a shard that is cut is read as far as it goes", async () => {
  const whole = readFileSync(join(fixtures, "shard.tar"));
  const { rows, bad } = await readFile(written("cut.tar", whole.subarray(0, 8000)));
  assert.ok(rows.length > 0 && rows.length < 12);
  assert.is(bad.length, 1);
  const none = await readFile(written("none.tar", "no shard ".repeat(200)));
  assert.is(none.rows.length, 0);
  assert.ok(none.bad.length > 0);
});

test("JSON: elements that are none are counted, one list is asked for", async () => {
  const good = JSON.stringify({ caption: "good", svg });
  const file = written(
    "list.json",
    `[${good}, 5, {"svg": }, {"caption": "[a, \\"b]"}, ${good}, {"caption"`,
  );
  const { rows, bad } = await readFile(file);
  assert.is(rows.length, 2);
  assert.equal(
    bad.map(({ place, reason }) => `${place.slice(file.length)} ${reason.slice(0, 40)}`),
    [
      ":2 not a JSON object",
      ":3 not a JSON object",
      ":4 the row: there is no column with drawing",
      ":6 the file ends within the list",
    ],
  );
  assert.match(await refusal(written("object.json", '{"a": []}')), /object\.json: expected a list/);
  const broken = { instruction: "a house", output: "[<|START_OF_SVG|>][<|fill|>]red" };
  const { reasons } = await readFile(written("encoded.json", JSON.stringify([broken])));
  assert.equal(reasons.length, 1);
  assert.match(
    reasons[0]!,
    /^tokens of LLM4SVG that do not fit: .*an attribute stands in no element/,
  );
});

test.run();
