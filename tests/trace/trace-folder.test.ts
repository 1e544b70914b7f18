/** A folder of images as a data set: counted, read back by sources, stopped and gone on with. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openSource } from "../../data/index.ts";
import { UsageError } from "../../errors/index.ts";
import { TraceError, type TraceFault, type Tracer, traceFolder } from "../../src/trace/index.ts";
import { pathloom } from "../cli/pathloom.ts";
import { iconImage, iconSource, settingsOf, tokenizer } from "./images.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-trace-"));
const images = join(root, "images");
mkdirSync(join(images, "more"), { recursive: true });
for (const name of ["heart", "key", "bell"]) {
  const icon = iconSource(`@tabler/icons/icons/filled/${name}.svg`);
  writeFileSync(join(images, `${name}.png`), iconImage(icon, "#fff"));
}
writeFileSync(join(images, "more", "star-off.PNG"), readFileSync(join(images, "heart.png")));
writeFileSync(join(images, "key.txt"), "A Key\nsomething that opens doors\n");
writeFileSync(join(images, "bell.json"), '{ "caption": "a bell", "detail": "it rings" }');
writeFileSync(join(images, "broken.webp"), "no image");
writeFileSync(join(images, "said.png"), readFileSync(join(images, "key.png")));
writeFileSync(join(images, "said.json"), "{");
const options = { tokenizer, settings: settingsOf({ colors: 1, size: 96 }), images };

test("all images are accounted for, and sources read the set with its captions", async () => {
  const folder = join(root, "set");
  let last: readonly number[] = [];
  const onProgress = (...done: number[]) => {
    last = done;
  };
  const traced = await traceFolder({ ...options, folder, onProgress });
  assert.is(traced.outcome, "done");
  assert.equal([traced.images, traced.traced, traced.leftOut], [6, 4, 2]);
  assert.equal(last, [6, 6]);
  const total = Object.values(traced.reasons).reduce((sum, count) => sum + count, 0);
  assert.is(total, traced.leftOut);
  const left = readFileSync(join(folder, "left-out.jsonl"), "utf8");
  assert.match(left, /"image":"broken","reason":"no PNG/);
  assert.match(left, /"image":"said","reason":"the captions beside it/);
  const rows = [];
  const bad: string[] = [];
  for await (const row of openSource(folder).rows(({ reason }) => bad.push(reason))) rows.push(row);
  assert.equal(bad, []);
  assert.equal(
    rows.map(({ id, captions }) => [id, captions]),
    [
      ["bell", ["a bell", "it rings"]],
      ["heart", ["heart"]],
      ["key", ["a key", "something that opens doors"]],
      ["more/star-off", ["star off"]],
    ],
  );
  assert.ok(statSync(traced.sheet ?? "").size > 1000);
});

test("stopped after two images it goes on, and ends in the same bytes; then it rests", async () => {
  const folder = join(root, "stopped");
  const controller = new AbortController();
  const onProgress = (done: number) => {
    if (done === 2) controller.abort();
  };
  const { signal } = controller;
  const first = await traceFolder({ ...options, folder, onProgress, signal });
  assert.is(first.outcome, "interrupted");
  // As a killed process leaves it: in the middle of a line.
  writeFileSync(join(folder, "journal.jsonl"), '{"digest":"12', { flag: "a" });
  const whole = await traceFolder({ ...options, folder });
  assert.is(whole.outcome, "done");
  assert.equal(contents(folder), contents(join(root, "set")));
  const journal = readFileSync(join(folder, "journal.jsonl"), "utf8");
  await traceFolder({ ...options, folder });
  assert.is(readFileSync(join(folder, "journal.jsonl"), "utf8"), journal);
});

function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter(
    (name) => /\.(svg|png|jsonl)$/i.test(name) && name !== "journal.jsonl",
  );
  return Object.fromEntries(
    files.map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );
}

test("other settings, another folder's contents and a folder without images are refused", async () => {
  const settings = settingsOf({ colors: 1, size: 64 });
  const refusals = [
    [{ ...options, settings, folder: join(root, "set") }, /begun with other settings/],
    [{ ...options, folder: images }, /holds something else/],
    [{ ...options, images: join(root, "set", "svg"), folder: join(root, "no") }, /no \.png/],
  ] as const;
  for (const [request, says] of refusals) {
    const error = await traceFolder(request).catch((thrown) => thrown);
    assert.instance(error, UsageError);
    assert.match(error.message, says);
  }
});

test("a target within the images' folder is not traced itself", async () => {
  const inside = join(root, "inside");
  mkdirSync(inside);
  writeFileSync(join(inside, "heart.png"), readFileSync(join(images, "heart.png")));
  const request = { ...options, images: inside, folder: join(inside, "set") };
  for (const _ of [1, 2]) {
    const { images: count, traced } = await traceFolder(request);
    assert.equal([count, traced], [1, 1]);
  }
});

test("images whose names differ by their ending alone keep drawings of their own", async () => {
  const alike = join(root, "alike");
  mkdirSync(alike);
  for (const name of ["cat-png.png", "cat.jpg", "cat.png"]) {
    writeFileSync(join(alike, name), readFileSync(join(images, "heart.png")));
  }
  const folder = join(root, "alike-set");
  const { traced } = await traceFolder({ ...options, images: alike, folder });
  const drawings = readdirSync(join(folder, "svg")).sort();
  assert.equal([traced, drawings], [3, ["cat-png-2.svg", "cat-png.svg", "cat.svg"]]);
});

test("what the machine is to blame for is tried again, and a missing program ends the call", async () => {
  const two = join(root, "two");
  mkdirSync(two);
  for (const name of ["a.png", "b.png"]) {
    writeFileSync(join(two, name), readFileSync(join(images, "heart.png")));
  }
  const failing = (fault: TraceFault): Tracer => ({
    name: "vtracer",
    trace: () => Promise.reject(new TraceError("tracer: in trouble", { fault })),
  });
  const request = { ...options, images: two, folder: join(root, "two-set") };
  const busy = await traceFolder({ ...request, tracer: failing("machine") });
  assert.equal([busy.traced, busy.reasons], [0, { "tracer: in trouble": 2 }]);
  const gone = await traceFolder({ ...request, tracer: failing("program") }).catch((e) => e);
  assert.instance(gone, TraceError);
  assert.is((await traceFolder(request)).traced, 2);
  const other = { ...request, folder: join(root, "two-other") };
  assert.is((await traceFolder({ ...other, tracer: failing("image") })).traced, 0);
  assert.is((await traceFolder(other)).traced, 0);
});

test("an image of too many bytes is refused by its size, unread", async () => {
  const large = join(root, "large");
  mkdirSync(large);
  writeFileSync(join(large, "hole.png"), "");
  // More than a buffer holds; it takes no room on the disk.
  truncateSync(join(large, "hole.png"), 5 * 2 ** 30);
  const { reasons } = await traceFolder({ ...options, images: large, folder: join(root, "hole") });
  assert.equal(reasons, { "N bytes; images of up to N are read": 1 });
});

test("the command writes a drawing, tells of it, and counts a folder", async () => {
  const to = join(root, "heart.svg");
  const keys = ["--trace.size", "96", "--trace.colors", "1"];
  const one = await pathloom(["trace", join(images, "heart.png"), "--to", to, ...keys]);
  assert.is(one.code, 0, one.stderr);
  assert.match(one.stderr, /\d+ tokens, error 0\.0\d+, 1 colour/);
  assert.match(readFileSync(to, "utf8"), /^<svg /);
  const shown = await pathloom(["trace", join(images, "heart.png"), ...keys]);
  assert.is(shown.stdout, readFileSync(to, "utf8"));
  const folder = join(root, "by-command");
  const set = await pathloom(["trace", images, "--to", folder, "--json", ...keys]);
  assert.is(set.code, 0, set.stderr);
  assert.is(JSON.parse(set.stdout).traced, 4);
  assert.is((await pathloom(["trace", images, ...keys])).code, 2);
  assert.is((await pathloom(["trace", join(images, "broken.webp"), ...keys])).code, 1);
  assert.is((await pathloom(["trace", join(root, "nothing.png"), ...keys])).code, 2);
});

test.run();
