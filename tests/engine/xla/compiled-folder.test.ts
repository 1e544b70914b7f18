/** The folder of compiled programs stays within its limits: needs no plug-in. */
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { folderLimits, prune, touch } from "../../../engine/xla/compiled-folder.ts";
import { temporaryFolder } from "../../checkpoints/temporary-folder.ts";

const day = 24 * 60 * 60;
const nameOf = (letter: string): string => `${letter.repeat(64)}.xla`;

/** Files of 100 bytes by name, and how many days ago each was used. */
function folderOf(files: Readonly<Record<string, number>>): string {
  const folder = join(temporaryFolder(), "compiled");
  mkdirSync(folder);
  for (const [name, days] of Object.entries(files)) {
    const path = join(folder, name);
    writeFileSync(path, Buffer.alloc(100));
    const used = Date.now() / 1000 - days * day;
    utimesSync(path, used, used);
  }
  return folder;
}

const namesIn = (folder: string): string[] => readdirSync(folder).toSorted();

test("of too much the least recently used goes", () => {
  const folder = folderOf({
    [nameOf("a")]: 3,
    [nameOf("b")]: 1,
    [nameOf("c")]: 2,
    [nameOf("d")]: 0,
  });
  prune(folder, join(folder, nameOf("d")), { ...folderLimits, bytes: 250 });
  assert.equal(namesIn(folder), [nameOf("b"), nameOf("d")]);
});

test("what is used again is the last to go", () => {
  const folder = folderOf({ [nameOf("a")]: 3, [nameOf("b")]: 1, [nameOf("c")]: 0 });
  touch(join(folder, nameOf("a")));
  prune(folder, join(folder, nameOf("c")), { ...folderLimits, bytes: 200 });
  assert.equal(namesIn(folder), [nameOf("a"), nameOf("c")]);
});

test("what nobody used for long goes, however small the folder", () => {
  const folder = folderOf({ [nameOf("a")]: 61, [nameOf("b")]: 59 });
  prune(folder, join(folder, nameOf("b")));
  assert.equal(namesIn(folder), [nameOf("b")]);
});

test("the program that was just compiled stays, even where it alone is too large", () => {
  const folder = folderOf({ [nameOf("a")]: 0, [nameOf("b")]: 1 });
  prune(folder, join(folder, nameOf("a")), { ...folderLimits, bytes: 50 });
  assert.equal(namesIn(folder), [nameOf("a")]);
});

test("other files stay, and of unfinished ones those that somebody may be writing", () => {
  const [fresh, left] = [`${nameOf("a")}.17`, `${nameOf("b")}.18`];
  const folder = folderOf({ "notes.txt": 400, "short.xla": 400, [fresh]: 0, [left]: 2 });
  prune(folder, join(folder, nameOf("c")), { ...folderLimits, bytes: 0 });
  assert.equal(namesIn(folder), [fresh, "notes.txt", "short.xla"].toSorted());
});

test("a folder or a file that is not there is no error", () => {
  const folder = join(temporaryFolder(), "nowhere");
  prune(folder, join(folder, nameOf("a")));
  touch(join(folder, nameOf("a")));
  assert.not(existsSync(folder));
});

test("touching sets the time alone", () => {
  const folder = folderOf({ [nameOf("a")]: 5 });
  const path = join(folder, nameOf("a"));
  touch(path);
  const { size, mtimeMs } = statSync(path);
  assert.is(size, 100);
  assert.ok(Date.now() - mtimeMs < 60_000);
});

test.run();
