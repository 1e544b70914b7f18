/** Bundled for a browser and run in a bare realm, the three tokenizers give the same tokens. */
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../svg/index.ts";
import {
  baseTokenizerFromJSON,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
} from "../../tokenizer/index.ts";
import { gpt2TokenizerJson } from "./gpt2.ts";
import { iconSets, readIcons } from "./icon-sets.ts";

/** What a page would do with the library: tokens of a text, and whether they come back. */
const page = `
import { drawingsEqual, parseDrawing } from "./svg/index.ts";
import * as tokenizer from "./tokenizer/index.ts";

const base = tokenizer.baseTokenizerFromJSON(JSON.parse(baseText));
const tokenizers = [
  tokenizer.createPathTokenizer(),
  tokenizer.createSemanticTokenizer({ base }),
  tokenizer.createTextTokenizer({ base }),
];
globalThis.tokenize = (svg) => JSON.stringify(tokenizers.map((each) => {
  const { drawing } = parseDrawing(svg, each.canonical);
  const ids = each.encode(drawing);
  return { ids, identical: drawingsEqual(each.decode(ids), drawing) };
}));
`;

test("a page tokenizes as Node does, with nothing but a browser's own globals", async () => {
  const { outputFiles } = await build({
    stdin: { contents: page, resolveDir: join(import.meta.dirname, "../.."), loader: "ts" },
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    logLevel: "silent",
  });
  const json = gpt2TokenizerJson();
  // A realm of its own: `process`, `Buffer`, `require` and Node's modules do not exist in it.
  const realm = createContext({ TextDecoder, TextEncoder, baseText: JSON.stringify(json) });
  runInContext(outputFiles[0]!.text, realm);
  const tokenize = runInContext("tokenize", realm) as (svg: string) => string;

  const base = baseTokenizerFromJSON(json);
  const tokenizers = [
    createPathTokenizer(),
    createSemanticTokenizer({ base }),
    createTextTokenizer({ base }),
  ];
  for (const set of iconSets) {
    const { file, svg } = readIcons(set)[20]!;
    const expected = tokenizers.map((each) => ({
      ids: each.encode(parseDrawing(svg, each.canonical).drawing),
      identical: true,
    }));
    assert.equal(JSON.parse(tokenize(svg)), expected, file);
  }
});

test.run();
