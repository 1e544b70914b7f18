/**
 * Bundles the two pages of the browser into dist: `page`, which a server gives, and `demo`, which draws
 * by itself on any static server. Their HTML is one file.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";

const root = join(import.meta.dirname, "..");
const source = join(root, "src", "serve");
const html = join(source, "page", "index.html");

/** The demo asks no server for anything, so its policy allows none; its addresses are relative. */
const demoChanges: readonly (readonly [inPage: string, inDemo: string])[] = [
  [
    "<title>",
    `<meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src data: blob:; base-uri 'none'; form-action 'none'">\n<title>`,
  ],
  ['href="/style.css"', 'href="style.css"'],
  ['src="/app.js"', 'src="app.js"'],
  ['href="/"', 'href="./"'],
  ['<a href="/docs">API</a>', '<span id="where">draws here, in your browser</span>'],
];

async function bundle(folder: string, files: readonly string[], options: BuildOptions) {
  await build({
    entryPoints: files.map((file) => join(source, file)),
    outdir: join(root, "dist", folder),
    entryNames: "[name]",
    bundle: true,
    minify: true,
    format: "esm",
    logLevel: "warning",
    ...options,
  });
}

function demoPage(page: string): string {
  return demoChanges.reduce((text, [inPage, inDemo]) => {
    if (text.split(inPage).length !== 2) throw new Error(`${html}: not exactly one ${inPage}`);
    return text.replace(inPage, () => inDemo);
  }, page);
}

await Promise.all([
  bundle("page", ["page/app.ts", "page/style.css"], {}),
  bundle("demo", ["demo/app.ts", "demo/worker.ts", "page/style.css"], {
    platform: "browser",
    external: ["node:*"],
  }),
]);
const page = readFileSync(html, "utf8");
writeFileSync(join(root, "dist", "page", "index.html"), page);
writeFileSync(join(root, "dist", "demo", "index.html"), demoPage(page));
