/** Benchmarks by their published layouts, and other systems' drawings by the names that they bear. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SourceError } from "../../data/index.ts";
import { foundDrawings, readBenchmark } from "../../src/judge/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";

const folder = temporaryFolder();
const fixtures = join(import.meta.dirname, "fixtures");

function write(name: string, text: string | Uint8Array): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
const svg = (id: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M${id} 2h9v9z"/></svg>`;

async function refused(doing: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await doing.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SourceError, String(error));
  assert.match(error.message, message);
}

test("MMSVGBench as it is published: captions with their part", async () => {
  const { items, left } = await readBenchmark(join(fixtures, "MMSVGBench"));
  assert.equal(
    items.map(({ caption, part, reference }) => [caption, part, reference]),
    [
      ["A red heart", "icon", null],
      ["An arrow that points up", "icon", null],
      ["A house beside a tree under the sun", "illustration", null],
    ],
  );
  assert.equal(
    left.map(({ place }) => place.replace(/^.*:/, "")),
    ["3"],
  );
});

test("SArena as it is published: one part, or all that are there; rows that are none are told", async () => {
  const part = "SArena/Icon/generation";
  const asks = (id: unknown) => ({ id, conversations: [{ value: `Draw ${String(id)}.` }] });
  write(`${part}/text2svg.jsonl`, lines([asks(7), asks("8"), asks("../9"), { id: 3 }, asks(10)]));
  const said = (image: string, text: string) => ({ image, caption: [{ generated_text: text }] });
  write(`${part}/caption.jsonl`, lines([said("7.png", " A box. "), said("10.png", "A dot"), {}]));
  write(`${part}/svg/7.svg`, svg("7"));
  const png = Buffer.from("89504e470d0a1a0a00", "hex");
  write(`${part}/images/8.png`, png);
  const { items, left } = await readBenchmark(join(folder, part));
  assert.equal(
    items.map(({ id, caption }) => [id, caption]),
    [
      ["7", "A box."],
      ["8", "Draw 8."],
      ["10", "A dot"],
    ],
  );
  assert.is(items[0]!.reference, svg("7"));
  assert.match(items[1]!.reference ?? "", /<image .*data:image\/png;base64,/);
  assert.is(items[2]!.reference, null);
  assert.equal(left.map(({ reason }) => reason).sort(), [
    "expected an id and conversations",
    "expected an image and its caption's generated_text",
    "the id is no file's name",
  ]);
  const more = "SArena/illustration";
  write(`${more}/text2svg.jsonl`, lines([asks(7)]));
  write(`${more}/svg/7.svg`, svg("1"));
  const all = await readBenchmark(join(folder, "SArena"));
  assert.equal(
    all.items.map(({ id, part }) => [id, part]),
    [
      ["icon/7", "icon"],
      ["icon/8", "icon"],
      ["icon/10", "icon"],
      ["illustration/7", "illustration"],
    ],
  );
});

test("parts that ask for more than a drawing after a caption are named, with why they are not run", async () => {
  write("MMSVGBench/data/image2svg-00000-of-00001.parquet", "PAR1");
  await refused(
    readBenchmark(join(folder, "MMSVGBench")),
    /image to drawing: not run, models here draw what a caption says, and are given no picture/,
  );
  const asks = (id: number) => ({ id, conversations: [{ value: "Draw." }] });
  write("all/SArena/Icon/generation/text2svg.jsonl", lines([asks(1)]));
  write("all/SArena/Icon/generation/img2svg.jsonl", lines([asks(1)]));
  write("all/SArena/Icon/edit/edit.jsonl", lines([asks(1)]));
  write("all/SArena/animation/text2sani.jsonl", lines([asks(1)]));
  const { items, notRun } = await readBenchmark(join(folder, "all/SArena"));
  assert.is(items.length, 1);
  assert.equal(
    notRun?.map((each) => each.slice(0, each.indexOf(", models") + 1 || each.indexOf(": "))),
    ["Icon, image to drawing: not run,", "Icon, editing", "animation"],
  );
  await refused(
    readBenchmark(join(folder, "all/SArena/Icon/edit")),
    /edit: editing: not run, what an instruction makes of a drawing is not judged here; generate --edit/,
  );
});

test("captions of a text, of tables with and without drawings, and of any source", async () => {
  const captionsOf = async (name: string) =>
    (await readBenchmark(name)).items.map(({ id, caption, reference }) => [
      id,
      caption,
      reference !== null,
    ]);
  assert.equal(await captionsOf(write("a.txt", "heart\r\n\n  arrow up  \n")), [
    ["0", "heart", false],
    ["1", "arrow up", false],
  ]);
  const rows = [{ id: "x", prompt: "heart", svg: svg("1") }, { prompt: "box" }, { other: 1 }];
  assert.equal(await captionsOf(write("b.jsonl", `${lines(rows)}{\n`)), [
    ["x", "heart", true],
    ["1", "box", false],
  ]);
  assert.equal(await captionsOf(write("c.csv", "id,caption\nq,heart\nq,box\n")), [
    ["q", "heart", false],
    ["q~2", "box", false],
  ]);
  write("icons/arrow-up.svg", svg("1"));
  assert.equal(await captionsOf(join(folder, "icons")), [["arrow-up", "arrow up", true]]);
  await refused(readBenchmark(write("none.txt", "\n\n")), /there is no caption in it/);
  await refused(
    readBenchmark(write("none.jsonl", "{}\n")),
    /no caption in it: .*none\.jsonl:1: no caption, /,
  );
});

test("another system's drawings by id, by place, by caption, and in a table", async () => {
  const items = [
    { id: "7", caption: "Arrow up!", reference: null, part: null },
    { id: "8", caption: "heart", reference: null, part: null },
  ];
  const found = async (place: string) =>
    (await foundDrawings(join(folder, place), items)).map((one) => one.svg);
  write("ids/svg/8.svg", svg("8"));
  assert.equal(await found("ids"), [null, svg("8")]);
  write("places/000.svg", svg("0"));
  write("places/001.svg", svg("1"));
  write("places/001_candidate_2.svg", svg("2"));
  assert.equal(await found("places"), [svg("0"), svg("1")]);
  write("words/01-arrow-up.svg", svg("3"));
  write("words/heart.svg", svg("4"));
  assert.equal(await found("words"), [svg("3"), svg("4")]);
  const answer = `Sure! \`\`\`svg\n${svg("5")}\n\`\`\``;
  write(
    "table.jsonl",
    lines([
      { id: 7, answer, tokens: 12, seconds: 0.5 },
      { caption: "HEART", svg: "x" },
    ]),
  );
  const rows = await foundDrawings(join(folder, "table.jsonl"), items);
  assert.equal(rows, [
    { svg: svg("5"), tokens: 12, seconds: 0.5 },
    { svg: "x", tokens: null, seconds: null },
  ]);
  write("other/thing.svg", svg("6"));
  await refused(found("other"), /no drawing in it is named as a caption: expected files as 7\.svg/);
  await refused(found("nowhere"), /there is no such folder or table/);
});

test("rows without ids have their place, and other systems' files go by it", async () => {
  const words = Array.from({ length: 150 }, (_, i) => `caption ${i}`);
  const { items } = await readBenchmark(write("150.txt", `\n${words.join("\n")}`));
  assert.equal([items[0]!.id, items[149]!.id], ["0", "149"]);
  const drawn = words.map((_, i) => svg(String(i)));
  for (const [i, each] of drawn.entries()) {
    write(`150/${String(i).padStart(3, "0")}.svg`, each);
    write(`as-ids/${i + 1}.svg`, each);
  }
  const found = async (place: string, of = items) =>
    (await foundDrawings(join(folder, place), of)).map((one) => one.svg);
  assert.equal(await found("150"), drawn);
  // Some of all captions, as of --limit.
  const some = [items[3]!, items[120]!];
  assert.equal(await found("150", some), [drawn[3], drawn[120]]);
  // Ids of the captions' own, from 1: files by place have other numbers, files by id the same.
  const named = items.map((item, i) => ({ ...item, id: String(i + 1) }));
  assert.equal(await found("150", named), drawn);
  assert.equal(await found("as-ids", named), drawn);
  // A table that counts from 1 is known by its captions.
  const rows = words.map((caption, i) => ({ id: i + 1, caption, svg: drawn[i] }));
  write("from-1.jsonl", lines(rows));
  assert.equal(await found("from-1.jsonl"), drawn);
});

test("an answer of many beginnings and no end is read at once, and the drawing within words", async () => {
  const hostile = "<svg".repeat(200_000);
  const answer = `İ <SVG viewBox="0 0 9 9"><path d="M1 1h1"/></Svg> and </p> more`;
  const file = write(
    "hostile.jsonl",
    lines([
      { id: "a", answer: hostile },
      { id: "b", answer },
      { id: "c", answer: "</svg> <svg" },
    ]),
  );
  const items = ["a", "b", "c"].map((id) => ({ id, caption: id, reference: null, part: null }));
  const began = performance.now();
  const found = (await foundDrawings(file, items)).map((one) => one.svg);
  assert.ok(performance.now() - began < 5000);
  assert.is(found[0], hostile);
  assert.is(found[1], answer.slice(2, -" and </p> more".length));
  assert.is(found[2], "</svg> <svg");
});

test.run();
