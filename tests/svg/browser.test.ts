/** The public face of `svg` runs where there is no Node. */
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";

test("it bundles for a browser and draws there", async () => {
  const entry = join(import.meta.dirname, "../../svg/index.ts");
  // Node's own modules are errors for this platform.
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    globalName: "svg",
    platform: "browser",
  });
  const { text } = outputFiles[0]!;
  assert.ok(text.length < 216_000, `${text.length} bytes`);
  const context = createContext({});
  const printed: unknown = runInContext(
    `${text};svg.printDrawing(svg.parseDrawing('<svg viewBox="0 0 9 9"><path stroke="red" d="M0 0h9"/></svg>').drawing)`,
    context,
  );
  assert.match(String(printed), /^<svg .* d="M0 0H200"\/><\/svg>$/);
});

test.run();
