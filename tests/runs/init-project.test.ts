/** The first recipe of a project: written once, with its comments, and never over anything. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadConfig } from "../../src/config/index.ts";
import { initProject } from "../../src/runs/index.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "pathloom-init-")));

test("a new folder gets a commented recipe that says the same, and a .gitignore", () => {
  const project = join(folder, "new");
  const made = initProject({ folder: project, recipe: "quickstart", overrides: [] });
  const file = join(project, "quickstart.yaml");
  assert.equal(made.written, [file, join(project, ".gitignore")]);
  assert.equal(loadConfig(file), loadConfig("quickstart"));
  const text = readFileSync(file, "utf8");
  assert.match(text, /^# .*\n# {3}npx pathloom train --config quickstart\.yaml\n/);
  assert.match(text, /node_modules\/pathloom\/docs\/configuration\.md/);
  assert.match(readFileSync(join(project, ".gitignore"), "utf8"), /^runs\/$/m);
});

test("overrides are written into it, comments stay, a path is as from the new folder", () => {
  mkdirSync(join(folder, "drawings"));
  const project = join(folder, "own");
  const overrides = [
    { path: "data.source", text: join(folder, "drawings") },
    { path: "train.steps", text: "12" },
    { path: "report.logEvery", text: "3" },
  ];
  const made = initProject({ folder: project, recipe: "emoji", overrides });
  const config = loadConfig(made.recipe);
  assert.equal([config.train.steps, config.report.logEvery], [12, 3]);
  assert.is(config.data.source, join("..", "drawings"));
  assert.match(readFileSync(made.recipe, "utf8"), /# Flags and families of many people/);
  assert.equal(made.missingPackages, []);
});

test("packages that hold the drawings and are not there are named", () => {
  const overrides = [{ path: "data.source", text: "npm:pathloom-none" }];
  const made = initProject({ folder: join(folder, "missing"), recipe: "quickstart", overrides });
  assert.equal(made.missingPackages, ["pathloom-none"]);
});

test("nothing is written over, and nothing is written where an override does not fit", () => {
  const project = join(folder, "kept");
  mkdirSync(project);
  writeFileSync(join(project, ".gitignore"), "/node_modules\n");
  const made = initProject({ folder: project, recipe: "icons", overrides: [] });
  assert.equal(made.notIgnored, ["runs/"]);
  assert.is(readFileSync(join(project, ".gitignore"), "utf8"), "/node_modules\n");
  writeFileSync(made.recipe, "mine\n");
  assert.throws(
    () => initProject({ folder: project, recipe: "icons", overrides: [] }),
    /icons\.yaml: this file is there already/,
  );
  assert.is(readFileSync(made.recipe, "utf8"), "mine\n");
  const wrong = [{ path: "train.steps", text: "-1" }];
  assert.throws(
    () => initProject({ folder: join(folder, "wrong"), recipe: "icons", overrides: wrong }),
    /^--train\.steps: expected a number at least 1, but found -1$/,
  );
  assert.throws(() => readFileSync(join(folder, "wrong", "icons.yaml")), /ENOENT/);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
