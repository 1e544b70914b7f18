/** Nothing of the user's is lost when a model is exported or merged into a folder. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { adaptersFolder, decodersFolder } from "../golden/golden.ts";
import { pathloom, temporaryFolder } from "./pathloom.ts";

const folder = temporaryFolder();
const base = join(folder, "base");
const adapter = join(folder, "adapters", "dora");
cpSync(join(decodersFolder, "llama-3"), base, { recursive: true });
cpSync(join(adaptersFolder, "dora"), adapter, { recursive: true });
const source = ["--adapter", adapter];

async function refused(args: readonly string[], message: RegExp, cwd = folder): Promise<void> {
  const ended = await pathloom(args, { cwd });
  assert.is(ended.code, 2, ended.stderr);
  assert.match(ended.stderr, message);
}

test("export, merging or not, keeps what lies in the folder, until --force says otherwise", async () => {
  const precious = join(folder, "precious");
  mkdirSync(precious);
  writeFileSync(join(precious, "thesis.txt"), "x");
  const message = /precious: this folder holds other things than an earlier export \(thesis\.txt\)/;
  await refused(["export", base, "--to", precious], message);
  await refused(["export", base, ...source, "--merge", "--to", precious], message);
  assert.is(readFileSync(join(precious, "thesis.txt"), "utf8"), "x");
  const forced = await pathloom(["export", base, "--to", precious, "--force"]);
  assert.is(forced.code, 0, forced.stderr);
  const again = await pathloom(["export", base, "--to", precious, "--dtype", "bfloat16"]);
  assert.is(again.code, 0, again.stderr);
  assert.not(readdirSync(precious).includes("thesis.txt"));
});

test("neither the working folder, nor the source, nor a folder around it, nor a file", async () => {
  const work = join(folder, "work");
  mkdirSync(work);
  writeFileSync(join(work, "notes"), "x");
  const before = readdirSync(base);
  await refused(["export", base, "--to", "."], /the folder you work in/, work);
  await refused(["export", base, "--to", ".", "--force"], /the folder you work in/, work);
  for (const to of [base, folder, join(adapter, "..")]) {
    await refused(["export", base, ...source, "--merge", "--to", to], /holds what is read/);
  }
  await refused(["export", base, "--to", base, "--force"], /holds what is read/);
  await refused(["export", base, "--to", join(work, "notes")], /this is a file/);
  assert.equal(readdirSync(base), before);
  assert.equal(readdirSync(work), ["notes"]);
});

test.run();
