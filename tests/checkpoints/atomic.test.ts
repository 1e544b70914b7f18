import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { guardStorage } from "../../checkpoints/files/storage-error.ts";
import {
  cleanLeftovers,
  StorageError,
  type StorageFault,
  writeFileAtomically,
  writeFolderAtomically,
} from "../../checkpoints/index.ts";
import { skipTest } from "../testing/skip.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const text = (value: string) => new TextEncoder().encode(value);

function refuses(action: () => void, code: StorageFault, path: string, message: RegExp): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    assert.is(error.code, code);
    assert.is(error.path, path);
    assert.match(error.message, message);
    return;
  }
  assert.unreachable(`writing ${path} succeeded`);
}

test("a file holds what was written, in order, and no temporary name remains", () => {
  const folder = temporaryFolder();
  writeFileAtomically(join(folder, "a"), (sink) => {
    sink.write(text("one "));
    sink.write(text("two"));
    assert.not(existsSync(join(folder, "a")), "the name appears when the content is whole");
  });
  assert.is(readFileSync(join(folder, "a"), "utf8"), "one two");
  assert.equal(readdirSync(folder), ["a"]);
});

test("a failed write leaves the older file", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a"), "old");
  assert.throws(
    () =>
      writeFileAtomically(join(folder, "a"), (sink) => {
        sink.write(text("half"));
        throw new Error("interrupted");
      }),
    /interrupted/,
  );
  assert.is(readFileSync(join(folder, "a"), "utf8"), "old");
  assert.equal(readdirSync(folder), ["a"]);
});

test("a folder replaces an older one whole, and makes missing parents", () => {
  const folder = join(temporaryFolder(), "runs", "one");
  writeFolderAtomically(folder, (inside) => writeFileSync(join(inside, "a"), ""));
  const second = (inside: string) => writeFileSync(join(inside, "b"), "");
  writeFolderAtomically(folder, second, { replace: "forced" });
  assert.equal(readdirSync(folder), ["b"]);
  assert.equal(readdirSync(join(folder, "..")), ["one"]);
});

test("a path through a file is refused with its name", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  const inside = join(file, "x");
  refuses(
    () => writeFileAtomically(inside, () => {}),
    "not-a-folder",
    inside,
    /ENOTDIR.*another path/,
  );
  const folder = join(inside, "y");
  refuses(() => writeFolderAtomically(folder, () => {}), "not-a-folder", inside, /cannot make/);
});

test("a folder that may not be written is refused with advice", () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o555);
  const user = process.geteuid?.();
  if (user === undefined) {
    skipTest("unwritable folder: this platform has no POSIX permissions");
    return;
  }
  // Root passes every permission check, so the write is tried as nobody.
  if (user === 0) process.seteuid?.(65534);
  try {
    const file = join(folder, "a");
    refuses(() => writeFileAtomically(file, () => {}), "not-writable", file, /EACCES.*permissions/);
    const inside = join(folder, "run");
    refuses(() => writeFolderAtomically(inside, () => {}), "not-writable", inside, /EACCES/);
  } finally {
    if (user === 0) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
});

test("a full device is named as such", () => {
  if (!existsSync("/dev/full")) {
    skipTest("full device: this platform has no /dev/full");
    return;
  }
  const write = () =>
    guardStorage("/dev/full", "write this file", "write", () => writeFileSync("/dev/full", "x"));
  refuses(write, "no-space", "/dev/full", /ENOSPC.*free space/);
});

test("running out of space in the middle leaves the older checkpoint and no debris", () => {
  if (process.platform === "win32") {
    skipTest("file-size limit: this platform has no ulimit");
    return;
  }
  const folder = temporaryFolder();
  const target = join(folder, "step-000100");
  writeFolderAtomically(target, (inside) => writeFileSync(join(inside, "a"), "old"));
  const module = pathToFileURL(join(import.meta.dirname, "../../checkpoints/index.ts"));
  const script = `
    const { saveCheckpoint } = await import(${JSON.stringify(module.href)});
    const tensor = { name: "w", dtype: "F32", shape: [1 << 18], data: new Float32Array(1 << 18) };
    try {
      const options = { replace: "forced" };
      saveCheckpoint(${JSON.stringify(target)}, { config: {}, tensors: [tensor] }, options);
      console.log("saved");
    } catch (error) {
      console.log(error.name, error.code, error.path);
    }`;
  const limited = spawnSync(
    "sh",
    [
      "-c",
      'ulimit -f 512; exec "$0" --import tsx --input-type=module -e "$1"',
      process.execPath,
      script,
    ],
    { encoding: "utf8", env: { ...process.env, TSX_DISABLE_CACHE: "1" } },
  );
  assert.is(
    limited.stdout,
    `StorageError no-space ${join(target, "model.safetensors")}\n`,
    limited.stderr,
  );
  assert.is(readFileSync(join(target, "a"), "utf8"), "old");
  assert.equal(readdirSync(folder), ["step-000100"]);
});

test("leftovers of dead processes are removed, those of living ones stay", () => {
  const folder = temporaryFolder();
  const dead = "best.tmp-999999999-0123456789ab";
  const living = `best.tmp-${process.ppid}-0123456789ab`;
  for (const name of [dead, living]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "a.json.tmp-999999999-0123456789ab"), "half");
  writeFileSync(join(folder, "notes.tmp-draft"), "the user's own");
  assert.equal(cleanLeftovers(folder).sort(), ["a.json.tmp-999999999-0123456789ab", dead]);
  assert.equal(readdirSync(folder).sort(), [living, "notes.tmp-draft"]);
  assert.equal(cleanLeftovers(join(folder, "missing")), []);
});

test("at every point where a replacement can be cut, one whole folder is found again", () => {
  const tag = "999999999-0123456789ab";
  const write = (path: string, content: string) => {
    mkdirSync(path);
    writeFileSync(join(path, "content"), content);
  };
  const contentAfterCleaning = (prepare: (best: string) => void): string => {
    const folder = temporaryFolder();
    const best = join(folder, "best");
    write(best, "old");
    prepare(best);
    cleanLeftovers(folder);
    assert.equal(readdirSync(folder), ["best"]);
    return readFileSync(join(best, "content"), "utf8");
  };
  const fillNew = (best: string) => write(`${best}.tmp-${tag}`, "new");
  const stepAside = (best: string) => {
    fillNew(best);
    renameSync(best, `${best}.old-${tag}`);
  };
  const takeName = (best: string) => {
    stepAside(best);
    renameSync(`${best}.tmp-${tag}`, best);
  };
  assert.is(contentAfterCleaning(fillNew), "old");
  assert.is(contentAfterCleaning(stepAside), "new");
  assert.is(contentAfterCleaning(takeName), "new");
});

test.run();
