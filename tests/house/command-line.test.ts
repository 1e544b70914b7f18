/**
 * The third law of the house: the command line keeps no logic. It sees the library as a program would,
 * by the faces of the folders in `src`, and computes, opens and writes nothing itself.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modules, root } from "./modules.ts";

const commandLine = [...modules()].filter(([file]) => file.startsWith("src/cli/"));

test("the command line imports its own files, errors, and faces of src alone", () => {
  assert.ok(commandLine.length > 20);
  const strangers = commandLine.flatMap(([file, imports]) =>
    imports
      .filter((target) => !/^(src\/cli\/.*|errors\/index|src\/\w+\/index)\.ts$/.test(target))
      .map((target) => `${file} -> ${target}`),
  );
  assert.equal(strangers, []);
});

/** What commands of the process itself need: the version, a page that was asked for, a question. */
const system: Readonly<Record<string, readonly string[]>> = {
  "src/cli/program.ts": ["node:module"],
  "src/cli/terminal.ts": ["node:readline/promises"],
  "src/cli/commands/tokenize.ts": ["node:fs"],
};

test("it reaches for files and processes where the table says, and for no package but commander", () => {
  const found = commandLine.flatMap(([file]) => {
    const text = readFileSync(join(root, file), "utf8");
    const packages = [...text.matchAll(/from "([^."][^"]*)"/g)].map(([, name]) => name!);
    const known = ["commander", "node:path", ...(system[file] ?? [])];
    return packages.filter((name) => !known.includes(name)).map((name) => `${file} -> ${name}`);
  });
  assert.equal(found, []);
});

test.run();
