/**
 * Writes one HTML file that tokenizes SVG in the browser, with no server and no request.
 *
 *   node --import tsx examples/browser/build.ts tokens.html
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const [to = "tokens.html"] = process.argv.slice(2);

const { outputFiles } = await build({
  entryPoints: [join(import.meta.dirname, "page.ts")],
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  platform: "browser",
});
// The text of a script ends at the first of these, wherever it stands.
const script = (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
const icon = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"><path d="M5 12h14"/><path d="m12 5 7 7-7 7"/></svg>`;

writeFileSync(
  to,
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tokens of a drawing</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
  textarea { width: 100%; height: 8rem; font: 14px ui-monospace, monospace }
  img { width: 12rem; background: white; border: 1px solid #ddd; border-radius: 8px }
  code { overflow-wrap: anywhere }
</style>
<h1>Tokens of a drawing</h1>
<textarea id="source" aria-label="SVG">${icon.replaceAll("<", "&lt;")}</textarea>
<p id="count"></p>
<p><code id="tokens"></code></p>
<img id="drawing" alt="The drawing, decoded from its tokens">
<script type="module">${script}</script>
</html>
`,
);
console.log(`${to}: open it in a browser`);
