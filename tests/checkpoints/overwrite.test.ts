/** What a folder that is swapped in may take the place of. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  copyCheckpoint,
  OverwriteError,
  type OverwriteFault,
  type ReplaceOptions,
  saveCheckpoint,
  stepFolder,
  writeFolderAtomically,
} from "../../checkpoints/index.ts";
import { savePlainStep } from "./steps.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const fill = (folder: string) => writeFileSync(join(folder, "new"), "");

function refuses(path: string, code: OverwriteFault, message: RegExp, options?: ReplaceOptions) {
  try {
    writeFolderAtomically(path, fill, options);
  } catch (error) {
    if (!(error instanceof OverwriteError)) throw error;
    assert.is(error.code, code, error.message);
    assert.match(error.message, message);
    return;
  }
  assert.unreachable(`${path} was replaced`);
}

/** A folder with something that took years to write. */
function precious(): string {
  const folder = join(temporaryFolder(), "precious");
  mkdirSync(folder);
  writeFileSync(join(folder, "thesis.txt"), "x");
  return folder;
}

const saved = (folder: string, state?: object) => {
  const parts = state === undefined ? {} : { trainingState: state };
  saveCheckpoint(folder, { config: {}, tensors: [], ...parts });
  return folder;
};

test("a folder of other things is kept, and named", () => {
  const folder = precious();
  refuses(folder, "not-ours", /precious: this folder holds other things .*thesis\.txt.*--force/);
  assert.is(readFileSync(join(folder, "thesis.txt"), "utf8"), "x");
  assert.equal(readdirSync(dirname(folder)), ["precious"]);
});

test("an earlier export is replaced, but not what was put beside it", () => {
  const folder = saved(join(temporaryFolder(), "model"));
  saved(folder);
  writeFileSync(join(folder, "README.md"), "mine");
  refuses(folder, "not-ours", /more than an earlier export \(README\.md\)/);
  assert.ok(existsSync(join(folder, "README.md")));
});

test("a folder whose manifest is no manifest of ours is not ours", () => {
  const folder = precious();
  for (const text of ["{}", "rubbish", '{"format":"pathloom-checkpoint","version":1}']) {
    writeFileSync(join(folder, "checkpoint.json"), text);
    refuses(folder, "not-ours", /other things/);
  }
});

test("a checkpoint that a run can go on from is no export", () => {
  const folder = saved(join(temporaryFolder(), "step"), { step: 1 });
  refuses(folder, "training", /a run can go on from/, { replace: "exports" });
  const other = saved(join(temporaryFolder(), "other"));
  assert.throws(
    () => copyCheckpoint(other, folder, { replace: "exports" }),
    (error: Error) => error instanceof OverwriteError,
  );
  saved(folder, { step: 2 });
});

test("a file is refused, an empty folder is not, nor one by a link, which stays", () => {
  const folder = temporaryFolder();
  const file = join(folder, "file");
  writeFileSync(file, "x");
  refuses(file, "file", /this is a file/);
  refuses(file, "file", /this is a file/, { replace: "forced" });
  assert.is(readFileSync(file, "utf8"), "x");
  const empty = join(folder, "empty");
  mkdirSync(empty);
  const link = join(folder, "link");
  symlinkSync(empty, link);
  writeFolderAtomically(link, fill);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readdirSync(empty), ["new"]);
});

test("neither the working folder, nor the home, nor one around them, even when forced", () => {
  for (const replace of ["ours", "forced"] as const) {
    for (const path of [".", "..", "/", process.cwd(), homedir(), dirname(homedir())]) {
      refuses(path, "working-folder", /you work in|your home/, { replace });
    }
  }
});

test("neither what is read, nor one around it, nor one inside, even when forced", () => {
  const folder = temporaryFolder();
  const model = saved(join(folder, "models", "one"));
  const link = join(folder, "link");
  symlinkSync(model, link);
  for (const replace of ["ours", "forced"] as const) {
    const options = { replace, sources: [model] };
    for (const path of [model, dirname(model), folder, link, `${model}/../one/`]) {
      refuses(path, "source", /holds what is read/, options);
    }
    refuses(join(model, "deeper"), "source", /lies inside what is read/, options);
  }
  assert.equal(readdirSync(model).sort(), ["checkpoint.json", "config.json", "model.safetensors"]);
  writeFolderAtomically(`${model}-2`, fill, { sources: [model] });
});

test("forced, a folder of other things is replaced", () => {
  const folder = precious();
  writeFolderAtomically(folder, fill, { replace: "forced" });
  assert.equal(readdirSync(folder), ["new"]);
});

test("what is put there while the folder is made is kept", () => {
  const folder = join(temporaryFolder(), "late");
  assert.throws(
    () =>
      writeFolderAtomically(folder, () => {
        mkdirSync(folder);
        writeFileSync(join(folder, "thesis.txt"), "x");
      }),
    (error: Error) => error instanceof OverwriteError && error.code === "not-ours",
  );
  assert.equal(readdirSync(dirname(folder)), ["late"]);
  assert.is(readFileSync(join(folder, "thesis.txt"), "utf8"), "x");
});

test("a run writes its own steps whatever a crash left under their names", () => {
  const run = temporaryFolder();
  mkdirSync(stepFolder(run, 5));
  writeFileSync(join(stepFolder(run, 5), "half"), "");
  const contents = { config: {}, tensors: [], trainingState: { step: 5 } };
  for (const isBest of [false, true]) savePlainStep(run, 5, contents, { keep: 1, isBest });
  assert.not(existsSync(join(stepFolder(run, 5), "half")));
});

test.run();
