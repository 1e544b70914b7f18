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
    // path-bool asks for a switch of its own where there is a process, which a browser stands.
    const guarded = /typeof process !== "undefined" && process\.env\.\w+/g;
    const code = outputFiles[0]!.text.replaceAll(guarded, "");
    assert.not.match(code, /\bfrom ["']node:|\brequire\(["']|\bprocess\.|\bBuffer\b/);
  });
}

test.run();
