import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

test("the library example runs as it stands, against the built package", () => {
  const example = readme.match(/```ts\n([\s\S]*?)```/)?.[1];
  assert.ok(example, "the README has no example");
  const file = join(root, `readme-example-${process.pid}.tmp.mjs`);
  writeFileSync(file, transformSync(example, { loader: "ts" }).code);
  try {
    const run = spawnSync(process.execPath, [file], {
      cwd: root,
      encoding: "utf8",
    });
    assert.is(run.status, 0, run.stderr);
    assert.match(run.stdout, /^\d+ tokens: /);
    assert.match(run.stdout, /<svg /);
    assert.match(run.stdout, /Float32Array\(1\) \[ 14 \] Float32Array\(3\) \[ 2, 4, 6 \]/);
  } finally {
    rmSync(file, { force: true });
  }
});

test("every file that the README and the documentation link to exists", () => {
  const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  assert.ok(pages.includes("engines.md"));
  for (const page of ["README.md", "CHANGELOG.md", ...pages.map((name) => `docs/${name}`)]) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      assert.ok(existsSync(join(root, page, "..", link!)), `${page} links to ${link}`);
    }
  }
});

test.run();
