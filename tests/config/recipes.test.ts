/** Recipes that come with the package, found by name from any working folder. */
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadConfig, packagedRecipes, recipeFile, resolveConfig } from "../../src/config/index.ts";
import { requestedConfig } from "../../src/runs/index.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = realpathSync(mkdtempSync(join(tmpdir(), "pathloom-recipes-")));

/** Elsewhere than in a checkout, as an installed package is used. */
function elsewhere<T>(use: () => T): T {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return use();
  } finally {
    process.chdir(before);
  }
}

test("a name finds the recipe of the package", () => {
  elsewhere(() => {
    assert.is(recipeFile("quickstart"), join(root, "configs", "quickstart.yaml"));
    assert.is(loadConfig("quickstart").model.contextLength, 128);
    const config = loadConfig("emoji", [{ path: "train.steps", text: "7" }]);
    assert.is(config.train.steps, 7);
  });
});

test("a file of one's own comes before a recipe of that name, a folder does not", () => {
  elsewhere(() => {
    writeFileSync("icons", "train: { steps: 3 }\n");
    assert.is(loadConfig("icons").train.steps, 3);
    mkdirSync("quickstart");
    assert.is(recipeFile("quickstart"), join(root, "configs", "quickstart.yaml"));
  });
});

test("an unknown name says the nearest, a missing path which recipe has that name", () => {
  elsewhere(() => {
    assert.throws(
      () => loadConfig("quickstrat"),
      /^quickstrat: no such file, and no recipe of that name; did you mean quickstart\?/,
    );
    assert.throws(
      () => loadConfig("configs/emoji.yaml"),
      /^configs\/emoji\.yaml: no such file; the recipe that comes with Pathloom is named emoji$/,
    );
    assert.throws(() => loadConfig("zzzz"), /^zzzz: no such file.*pathloom recipes lists/);
  });
});

test("every recipe says what it is in a sentence, and is valid", () => {
  const recipes = packagedRecipes();
  const shipped = readdirSync(join(root, "configs")).filter((name) => !/^example-/.test(name));
  assert.equal(
    recipes.map(({ name }) => `${name}.yaml`),
    shipped.filter((name) => name.endsWith(".yaml")).sort(),
  );
  for (const { name, file, about } of recipes) {
    assert.match(about, /^[A-Z].{10,}[^.:]$/, name);
    loadConfig(file);
  }
});

test("where no recipe is named, the quickstart's is meant; a pretrained model keeps its own shape", () => {
  assert.equal(requestedConfig(undefined, []), loadConfig("quickstart"));
  const from = [{ path: "model.from", text: "models/gpt2" }];
  assert.equal(requestedConfig(undefined, from), resolveConfig({}, from));
  const rate = [...from, { path: "train.lr", text: "1e-4" }];
  assert.is(requestedConfig(undefined, rate).train.steps, 1000);
  const epochs = [...from, { path: "train.epochs", text: "2" }];
  assert.is(requestedConfig(undefined, epochs).train.steps, null);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));

test.run();
