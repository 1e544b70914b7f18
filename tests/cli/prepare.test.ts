/** `pathloom prepare`, killed for good and gone on with. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom } from "./pathloom.ts";
import { program } from "./program.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-prepare-"));
const options = ["--data.limit", "80", "--tokenizer.captionVocabulary", "300"];

function sums(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return Object.fromEntries(
    names
      .filter((name) => name !== "shards")
      .map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );
}

/** Kills it by the system as soon as a file is there. */
async function killAt(folder: string, file: string): Promise<void> {
  const args = [...program, "prepare", "--to", folder, ...options, "--threads", "1"];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const watch = setInterval(() => {
    if (existsSync(join(folder, file))) child.kill("SIGKILL");
  }, 1);
  await exited;
  clearInterval(watch);
}

test("killed while it reads and while it tokenizes, it ends in the same bytes, and then rests", async () => {
  const whole = join(root, "whole");
  const first = await pathloom(["prepare", "--to", whole, "--json", ...options]);
  assert.is(first.code, 0, first.stderr);
  const figures = JSON.parse(first.stdout);
  const { train, heldOut, duplicates, notReadable, notInVocabulary, tooLong } = figures;
  assert.is(train + heldOut + duplicates + notReadable + notInVocabulary + tooLong, 80);
  const folder = join(root, "killed");
  await killAt(folder, "work/rows-00000.json");
  await killAt(folder, "tokenizer.json");
  const { code, stdout } = await pathloom(["prepare", "--to", folder, ...options]);
  assert.is(code, 0);
  assert.match(stdout, /drawings to train on/);
  assert.equal(sums(folder), sums(whole));
  const again = await pathloom(["prepare", "--to", folder, ...options]);
  assert.match(again.stdout, /was prepared before/);
});

test.run();
