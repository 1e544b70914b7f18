/** The model that the package brings along, looked for from a folder within it. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { openPretrained, releasedModel } from "../../src/runs/index.ts";

const root = mkdtempSync(join(tmpdir(), "pathloom-released-"));
const within = join(root, "dist", "src", "runs");
mkdirSync(within, { recursive: true });

test("is none where the weights, or the recipe that says how they draw, are missing", () => {
  assert.is(releasedModel(within), null);
  mkdirSync(join(root, "weights", "icons"), { recursive: true });
  writeFileSync(join(root, "weights", "icons", "config.json"), "{}");
  assert.is(releasedModel(within), null);
});

test("is found from any folder of the package", () => {
  mkdirSync(join(root, "configs"));
  writeFileSync(join(root, "configs", "icons.yaml"), "");
  const found = {
    folder: join(root, "weights", "icons"),
    recipe: join(root, "configs", "icons.yaml"),
  };
  assert.equal(releasedModel(within), found);
  assert.equal(releasedModel(root), found);
});

test("recipes may name it wherever they are followed", async () => {
  const before = process.cwd();
  const elsewhere = mkdtempSync(join(tmpdir(), "pathloom-elsewhere-"));
  process.chdir(elsewhere);
  try {
    const { checkpoint, source } = await openPretrained("weights/icons");
    checkpoint.close();
    assert.is(source, releasedModel()?.folder);
  } finally {
    process.chdir(before);
  }
});

test.run();
