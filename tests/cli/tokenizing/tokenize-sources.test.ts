/** `tokenize` reads what `train` reads, and says which context holds how many drawings. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openSource } from "../../../data/index.ts";
import { TotalCounter, textsOf } from "../../../src/runs/index.ts";
import { rowsOf } from "../../data/rows-of.ts";
import { pathloom } from "../pathloom.ts";

const folder = mkdtempSync(join(tmpdir(), "pathloom-tokenize-"));
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 4h9v9z"/></svg>';
const row = (caption: string) => JSON.stringify({ caption, svg });

test("a JSONL file with a byte order mark: every row, and each bad one with its line", async () => {
  const file = join(folder, "set.jsonl");
  writeFileSync(file, `\uFEFF${[row("a"), "not json", row("b")].join("\n")}`);
  const ended = await pathloom(["tokenize", file, "--json"]);
  const lines = ended.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { totals } = lines.at(-1);
  assert.equal([totals.files, totals.errors, ended.code], [3, 1, 1]);
  assert.ok(lines.some(({ file: place, error }) => place === `${file}:2` && error === "not JSON"));
  const { p50, longest, held } = totals.lengths;
  assert.ok(p50 > 5 && p50 === longest);
  assert.equal(held, { 64: 1 });
});

test("a recipe's columns are those of the table", async () => {
  const file = join(folder, "columns.jsonl");
  const other = { ...JSON.parse(row("a")), svg: "no drawing", picture: svg, says: "a box" };
  writeFileSync(file, JSON.stringify(other));
  const recipe = join(folder, "columns.yaml");
  for (const named of [file, "elsewhere.jsonl"]) {
    const entry = `{ source: ${named}, columns: { svg: picture, captions: says } }`;
    writeFileSync(recipe, `data:\n  source: [${entry}]\n`);
    const ended = await pathloom(["tokenize", file, "--json", "--config", recipe]);
    assert.is(ended.code, 0, ended.stderr + ended.stdout);
  }
  assert.is((await pathloom(["tokenize", file, "--json"])).code, 1, "as they are by themselves");
});

test("a package by its name, a folder, and a name that is none", async () => {
  assert.ok((await textsOf("lucide")).length > 2000);
  const fault = (path: string) =>
    textsOf(path).then(
      () => assert.unreachable(),
      ({ message }) => message,
    );
  assert.match(await fault("npm:none-such-icons"), /run: npm install none-such-icons/);
  assert.match(await fault(join(folder, "none")), /none: no such file or folder/);
});

test("UTF-16 files are read as any other, by the program and by sources", async () => {
  const words = `<?xml version="1.0" encoding="UTF-16"?>${svg}`;
  writeFileSync(join(folder, "wide.svg"), Buffer.from(`\uFEFF${words}`, "utf16le"));
  const [text] = await textsOf(folder);
  assert.ok(text !== undefined && "svg" in text && text.svg.endsWith("</svg>"));
  const rows = await rowsOf(openSource(folder), () => assert.unreachable());
  assert.is(rows[0]?.svg, text.svg);
});

test("percentiles and the share that a context holds", () => {
  const counter = new TotalCounter();
  const nothing = { identical: null, pixelError: null, dropped: {}, error: null, filtered: null };
  for (let i = 1; i <= 100; i++) counter.add({ file: `${i}`, tokens: 2 * i, ...nothing });
  const { p50, p90, p99, longest, held } = counter.totals.lengths;
  assert.equal([p50, p90, p99, longest], [102, 182, 200, 200]);
  assert.equal(held, { 64: 0.32, 128: 0.64, 256: 1 });
  assert.equal(new TotalCounter().totals.lengths.held, {});
});

test.run();
