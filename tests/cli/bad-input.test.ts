/** Everything that can be wrong from outside: one clear line, the right exit code, nothing lost. */

import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { skipTest } from "../testing/skip.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";

async function refused(args: readonly string[], code: number, line: RegExp, shell?: string) {
  const ended = await pathloom(args, shell === undefined ? {} : { shell });
  const lines = ended.stderr.split("\n").filter((text) => text.startsWith("pathloom: "));
  assert.match(lines[0] ?? ended.stderr, line);
  assert.is(lines.length, 1, ended.stderr);
  assert.not.match(ended.stderr, /\n\s+at /, "no stack");
  assert.is(ended.code, code, ended.stderr);
}

const folder = temporaryFolder();

test("a run that is not there", () =>
  refused(
    ["generate", "--run", join(folder, "none"), "--prompt", "house"],
    2,
    /none: no such run; train one first/,
  ));

test("a half-written checkpoint", async () => {
  const half = join(folder, "half");
  mkdirSync(half);
  writeFileSync(join(half, "config.json"), "{}");
  await refused(
    ["generate", "--run", half, "--prompt", "house", "--out", join(folder, "out")],
    1,
    /half: it has no checkpoint\.json, which is written last: saving was interrupted/,
  );
});

test("a configuration with an unknown key", async () => {
  const file = join(folder, "unknown.yaml");
  writeFileSync(file, "train:\n  steps: 3\n  learningRate: 1\n");
  await refused(
    ["train", "--config", file, "--runs", folder],
    2,
    /unknown\.yaml:3:3: unknown key "train\.learningRate"/,
  );
  assert.not(existsSync(join(folder, "unknown")));
});

test("a configuration with a value of the wrong type", async () => {
  const file = join(folder, "wrong.yaml");
  writeFileSync(file, "train: { steps: many }\n");
  await refused(
    ["train", "--config", file, "--runs", folder],
    2,
    /wrong\.yaml:1:17: train\.steps: expected a whole number or null, but found "many"/,
  );
});

test("an unknown flag", () => refused(["doctor", "--nope"], 2, /unknown option '--nope'/));

test("an SVG that is no SVG", async () => {
  const file = join(folder, "letter.svg");
  writeFileSync(file, "Dear Sir or Madam");
  const ended = await pathloom(["tokenize", file]);
  assert.is(ended.code, 1);
  assert.match(ended.stdout, /letter\.svg: 1:1: text stands outside/);
  await refused(["tokenize", file, "--show", join(folder, "page.html")], 1, /letter\.svg: /);
});

test("an empty data folder", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const args = ["train", "--runs", folder, "--run", "e", "--data.source", empty];
  await refused(args, 1, /empty: no \.svg file in this folder/);
});

test("a folder that cannot be written", async () => {
  const file = join(folder, "a-file");
  writeFileSync(file, "");
  await refused(
    ["train", "--runs", join(file, "runs")],
    1,
    /a-file.*: a part of this path is a file/,
  );
  if (process.getuid?.() === 0) {
    skipTest("a folder without permission: this user may write everywhere");
    return;
  }
  const closed = join(folder, "closed");
  mkdirSync(closed);
  chmodSync(closed, 0o555);
  await refused(["train", "--runs", closed], 1, /closed.*: no permission; choose a folder/);
});

test.run();
