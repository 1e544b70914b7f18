import { join } from "node:path";
import { build } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";

const root = join(import.meta.dirname, "../..");

for (const entry of ["svg/index.ts", "tokenizer/index.ts"]) {
  test(`${entry} bundles for a browser, without a built-in of Node`, async () => {
    const { errors, outputFiles } = await build({
      entryPoints: [join(root, entry)],
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
    });
    assert.equal(errors, []);
    const code = outputFiles[0]!.text;
    assert.not.match(code, /\bfrom ["']node:|\brequire\(["']|\bprocess\.|\bBuffer\b/);
  });
}

test.run();
