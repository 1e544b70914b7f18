/** `tokenize` answers for the tokenizer that a recipe describes, whatever its type. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../../svg/index.ts";
import {
  baseTokenizerFromJSON,
  createSemanticTokenizer,
  createTextTokenizer,
} from "../../../tokenizer/index.ts";
import { gpt2TokenizerJson } from "../../sets/gpt2.ts";
import { pathloom, temporaryFolder } from "../pathloom.ts";

const folder = temporaryFolder();
const base = join(folder, "tokenizer.json");
writeFileSync(base, JSON.stringify(gpt2TokenizerJson()));
const icons = join(folder, "icons");
mkdirSync(icons);
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M3 3h18v18H3z"/></svg>';
writeFileSync(join(icons, "square.svg"), svg);

async function tokensOf(...flags: string[]): Promise<number> {
  const { code, stdout, stderr } = await pathloom(["tokenize", icons, "--json", ...flags]);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout.trim().split("\n")[0]!).tokens;
}

test("semantic and text count by their own tokens, over the base that is named", async () => {
  const over = { base: baseTokenizerFromJSON(gpt2TokenizerJson()), options: { grid: 24 } };
  for (const [type, tokenizer] of [
    ["semantic", createSemanticTokenizer(over)],
    ["text", createTextTokenizer(over)],
  ] as const) {
    const drawing = parseDrawing(svg, tokenizer.canonical).drawing;
    const recipe = join(folder, `${type}.yaml`);
    writeFileSync(recipe, `tokenizer:\n  type: ${type}\n  grid: 24\n  base: ${base}\n`);
    assert.is(await tokensOf("--config", recipe), tokenizer.encode(drawing).length, type);
    writeFileSync(
      recipe,
      `tokenizer:\n  type: ${type}\n  grid: 24\nmodel:\n  from: someone/nowhere\n`,
    );
    assert.is(await tokensOf("--config", recipe, "--base", base), tokenizer.encode(drawing).length);
  }
});

test("a recipe over a model that is not here says what to name", async () => {
  const recipe = join(folder, "hub.yaml");
  writeFileSync(recipe, "tokenizer:\n  type: text\nmodel:\n  from: someone/nowhere\n");
  const { code, stderr } = await pathloom(["tokenize", icons, "--config", recipe]);
  assert.is(code, 2);
  assert.match(stderr, /over the tokenizer of someone\/nowhere, .*by --base/);
});

test.run();
