/** `pathloom trace`, killed for good in the middle and gone on with. */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pathloom } from "../cli/pathloom.ts";
import { program } from "../cli/program.ts";
import { iconImage, iconSource } from "./images.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-killed-trace-"));
const images = join(root, "images");
mkdirSync(images);
const names = [
  "bell",
  "bolt",
  "bookmark",
  "circle",
  "flag",
  "heart",
  "key",
  "moon",
  "star",
  "user",
];
for (const name of names) {
  const icon = iconSource(`@tabler/icons/icons/filled/${name}.svg`);
  writeFileSync(join(images, `${name}.png`), iconImage(icon, "#fff"));
}
writeFileSync(join(images, "broken.png"), "no image");
const trace = (to: string) => ["trace", images, "--to", to, "--trace.size", "96"];

/** Every file, by its name; the journal says when what was done, and is not the set's. */
function contents(folder: string): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
  const kept = files.filter((file) => !/journal\.jsonl$|run\.lock/.test(file)).sort();
  return Object.fromEntries(
    kept.map((file) => [file.slice(folder.length), readFileSync(file).toString("base64")]),
  );
}

/** Kills it by the system as soon as a file is there; false where it ended before. */
async function killAt(folder: string, file: string): Promise<boolean> {
  const child = spawn(process.execPath, [...program, ...trace(folder)], { stdio: "ignore" });
  const exited = new Promise<boolean>((resolve) =>
    child.once("exit", (_, signal) => resolve(signal === "SIGKILL")),
  );
  const watch = setInterval(() => {
    if (existsSync(join(folder, file))) child.kill("SIGKILL");
  }, 1);
  const killed = await exited;
  clearInterval(watch);
  return killed;
}

test("killed in the middle, twice, it goes on and ends in the same bytes", async () => {
  const whole = join(root, "whole");
  const first = await pathloom([...trace(whole), "--json"]);
  assert.is(first.code, 0, first.stderr);
  const { images: found, traced, leftOut } = JSON.parse(first.stdout);
  assert.equal([found, traced, leftOut], [11, 10, 1]);
  const folder = join(root, "killed");
  assert.ok(await killAt(folder, "svg/bolt.svg"), "killed");
  assert.ok(await killAt(folder, "images/heart.png"), "killed again");
  assert.not(existsSync(join(folder, "metadata.jsonl")));
  const { code, stderr } = await pathloom(trace(folder));
  assert.is(code, 0, stderr);
  assert.equal(contents(folder), contents(whole));
});

test.run();
