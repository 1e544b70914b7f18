import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type BadRow, openSource, SourceError, writeCaptions } from "../../data/index.ts";
import { rowsOf } from "./rows-of.ts";

const folder = () => mkdtempSync(join(tmpdir(), "pathloom-source-"));

async function readAll(name: string) {
  const bad: BadRow[] = [];
  const rows = await rowsOf(openSource(name), (row) => bad.push(row));
  return { rows, bad };
}

test("lucide: every icon with its name as the plainest caption, aliases after the named ones", async () => {
  const { rows, bad } = await readAll("lucide");
  assert.is(bad.length, 0);
  assert.ok(rows.length > 2000);
  const ids = rows.map(({ id }) => id);
  assert.is(new Set(ids).size, rows.length);
  const [house, home] = [ids.indexOf("house"), ids.indexOf("home")];
  assert.ok(house >= 0 && house < home);
  assert.is(rows[ids.indexOf("arrow-up")]?.captions[0], "arrow up");
  assert.ok(rows.every(({ svg }) => svg.includes("<svg")));
});

test("captions: the name, then the name with tags; always the same for the same icon", () => {
  const tags = ["letter", "font size", "Text", "arrow", "text"];
  const captions = writeCaptions("a-arrow-up", tags, { variants: 4, tags: 2 });
  assert.equal(captions, writeCaptions("a-arrow-up", tags, { variants: 4, tags: 2 }));
  assert.is(captions[0], "a arrow up");
  assert.ok(captions.length > 1 && captions.length <= 4);
  assert.is(new Set(captions).size, captions.length);
  for (const caption of captions.slice(1)) {
    const [name, ...said] = caption.split(", ");
    assert.is(name, "a arrow up");
    assert.ok(said.length >= 1 && said.length <= 2);
    for (const tag of said) assert.ok(["letter", "font size", "text"].includes(tag), tag);
  }
  assert.equal(writeCaptions("x", [], { variants: 4, tags: 2 }), ["x"]);
  assert.equal(writeCaptions("x", ["a", "b"], { variants: 1, tags: 2 }), ["x"]);
});

test("a folder: all .svg files below it, captioned by name or by the text file beside", async () => {
  const root = folder();
  mkdirSync(join(root, "deep"));
  writeFileSync(join(root, "deep", "Red_Car.svg"), "<svg/>");
  writeFileSync(join(root, "a.svg"), "<svg/>");
  writeFileSync(join(root, "a.txt"), "The First\r\n\nanother one\n");
  writeFileSync(join(root, "notes.md"), "no drawing");
  const { rows } = await readAll(root);
  assert.equal(
    rows.map(({ id, captions }) => [id, captions]),
    [
      ["a", ["the first", "another one"]],
      [join("deep", "Red_Car"), ["red car"]],
    ],
  );
});

test("a folder: a file that is too large is left out with its name and reason", async () => {
  const root = folder();
  writeFileSync(join(root, "big.svg"), "x".repeat(1_000_001));
  writeFileSync(join(root, "ok.svg"), "<svg/>");
  const { rows, bad } = await readAll(root);
  assert.is(rows.length, 1);
  assert.equal(bad, [{ place: join(root, "big.svg"), reason: "larger than 1000000 bytes" }]);
});

test("an empty folder and a source that is not there are errors that name it", () => {
  const root = folder();
  assert.throws(() => openSource(root), /no \.svg file in this folder/);
  assert.throws(
    () => openSource(join(root, "none")),
    /none: expected `lucide`, `npm:` and a package, `hf:` and a data set of the Hub, a folder/,
  );
  assert.throws(() => openSource(join(root, "none.jsonl")), /none\.jsonl: .*no such file/);
  try {
    openSource(root);
  } catch (error) {
    assert.instance(error, SourceError);
  }
});

test("jsonl: each bad line is left out with its number and what is wrong with it", async () => {
  const file = join(folder(), "set.jsonl");
  const lines = [
    JSON.stringify({ caption: "A Circle", svg: "<svg/>" }),
    "not json",
    "",
    JSON.stringify({ caption: "no drawing" }),
    JSON.stringify({ svg: "<svg/>" }),
    JSON.stringify({ caption: "a number", svg: 5 }),
    JSON.stringify({ id: "x7", captions: ["Two", "two", "three"], svg: "<svg/>", more: 1 }),
    JSON.stringify({ caption: "  ", svg: "<svg/>" }),
    `{"caption": "long", "svg": "${"x".repeat(1_000_000)}"}`,
    JSON.stringify({ caption: "ünïcode ✓", svg: "<svg/>" }),
  ];
  writeFileSync(file, lines.join("\r\n"));
  const { rows, bad } = await readAll(file);
  assert.equal(
    rows.map(({ id, captions }) => [id, captions]),
    [
      ["1", ["a circle"]],
      ["x7", ["two", "three"]],
      ["10", ["ünïcode ✓"]],
    ],
  );
  const named = "; where keys have other names, data.source says so by columns (docs/data.md)";
  assert.equal(
    bad.map(({ place, reason }) => `${place.slice(file.length)} ${reason}`),
    [
      ":2 not JSON",
      `:4 expected {"caption": text, "svg": text}, but there is no svg${named}`,
      `:5 expected {"caption": text, "svg": text}, but there is no caption${named}`,
      ':6 expected {"caption": text, "svg": text}, but svg does not fit',
      ":8 the caption is empty",
      ":9 a line longer than 1000000 bytes",
    ],
  );
});

test("jsonl: lines across the borders of what is read at once come out whole", async () => {
  const file = join(folder(), "long.jsonl");
  const texts = Array.from({ length: 40 }, (_, i) => "é".repeat(7_000 + i * 997));
  writeFileSync(file, texts.map((svg) => `${JSON.stringify({ caption: "c", svg })}\n`).join(""));
  const { rows } = await readAll(file);
  assert.equal(
    rows.map(({ svg }) => svg.length),
    texts.map((text) => text.length),
  );
  assert.is(rows.at(-1)?.svg, texts.at(-1));
});

/** A text in the encodings that editors save, each with what it is called. */
function encodings(text: string): [string, Uint8Array][] {
  const le = Buffer.from(text, "utf16le");
  const be = Buffer.from(le).swap16();
  const marked = Buffer.from(`\ufeff${text}`, "utf16le");
  return [
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16", marked],
    ["UTF-16, high bytes first", Buffer.from(marked).swap16()],
    ["UTF-16 without a mark", le],
    ["UTF-16, high bytes first, without a mark", be],
  ];
}

test("drawings and captions are read in UTF-8 and UTF-16, with a byte order mark or without", async () => {
  const svg = '<svg viewBox="0 0 9 9"><rect id="é漢" width="9" height="9"/></svg>';
  for (const [name, bytes] of encodings(svg)) {
    const root = folder();
    writeFileSync(join(root, "a.svg"), bytes);
    const captions = encodings("Café\nrød 漢\n").find(([known]) => known === name)![1];
    writeFileSync(join(root, "a.txt"), captions);
    const { rows, bad } = await readAll(root);
    assert.equal(bad, [], name);
    assert.equal(
      rows.map((row) => [row.svg, row.captions]),
      [[svg, ["café", "rød 漢"]]],
      name,
    );
  }
});

test("no row of a .jsonl file is lost to its encoding", async () => {
  const lines = Array.from({ length: 4000 }, (_, i) => {
    return JSON.stringify({ caption: `nr ${i} Ċ漢`, svg: `<svg viewBox="0 0 9 ${i + 1}"/>` });
  });
  const expected = lines.map((line) => (JSON.parse(line) as { svg: string }).svg);
  for (const end of ["\n", "\r\n"]) {
    for (const [name, bytes] of encodings(lines.join(end) + end)) {
      const file = join(folder(), "rows.jsonl");
      writeFileSync(file, bytes);
      const { rows, bad } = await readAll(file);
      assert.equal(bad, [], name);
      assert.equal(
        rows.map(({ svg }) => svg),
        expected,
        name,
      );
      assert.is(rows[7]?.captions[0], "nr 7 ċ漢", name);
    }
  }
});

test("bytes that are no text are counted, with their place", async () => {
  const root = folder();
  writeFileSync(join(root, "a.svg"), Buffer.from("<svg>é</svg>", "latin1"));
  writeFileSync(join(root, "b.svg"), "<svg/>");
  writeFileSync(join(root, "b.txt"), Buffer.from("é", "latin1"));
  const { rows, bad } = await readAll(root);
  assert.equal(rows, []);
  assert.match(bad[0]!.reason, /1:6: the bytes are no utf-8/);
  assert.match(bad[1]!.reason, /captions beside it are no text/);
  const file = join(root, "rows.jsonl");
  const good = '{"caption":"a","svg":"<svg/>"}';
  writeFileSync(
    file,
    Buffer.concat([
      Buffer.from(`${good}\n`),
      Buffer.from('{"caption":"é","svg":"<svg/>"}\n', "latin1"),
      Buffer.from(good),
    ]),
  );
  const lines = await readAll(file);
  assert.is(lines.rows.length, 2);
  assert.equal(lines.bad, [{ place: `${file}:2`, reason: "the bytes are no UTF-8" }]);
});

test.run();
