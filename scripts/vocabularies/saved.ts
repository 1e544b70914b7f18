/** Saves a tokenizer over a base tokenizer as a checkpoint does, and has `tokenizers` read it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "tokenizers";
import { saveCheckpoint } from "../../checkpoints/index.ts";
import {
  baseTokenizerFromJSON,
  createOmniSvgTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  type SvgTokenizer,
  tokenizerFromJSON,
} from "../../tokenizer/index.ts";

export type OverBase = "semantic" | "text" | "omnisvg";

const makers = {
  semantic: createSemanticTokenizer,
  text: createTextTokenizer,
  omnisvg: createOmniSvgTokenizer,
} as const;

const texts = [
  "arrow up",
  "A factor of 10, and (0.5, -3) \n\n  indented",
  "rope_theta temperature lora_dropout",
  "Größe 漢字 😀",
  '<svg viewBox="0 0 24 24"><path d="M5 12h14"/></svg>',
];

/**
 * @param json the base's tokenizer.json
 * @param folder an existing one to save into
 * @returns the tokens compared
 * @throws AssertionError at the first token, or text, that is not as it was
 */
export async function savedTokenByToken(
  json: unknown,
  name: OverBase,
  folder: string,
): Promise<number> {
  const tokenizer: SvgTokenizer = makers[name]({ base: baseTokenizerFromJSON(json) });
  saveCheckpoint(folder, { config: {}, tensors: [], tokenizer: tokenizer.toJSON() });
  const file = join(folder, "tokenizer.json");
  const [before, after] = [Tokenizer.fromString(JSON.stringify(json)), Tokenizer.fromFile(file)];

  const { vocabulary } = tokenizer;
  const [had, has] = [before.getVocab(true), after.getVocab(true)];
  for (const [token, id] of Object.entries(had)) assert.equal(has[token], id, token);
  const added = Object.entries(has).filter(([token]) => had[token] === undefined);
  for (const [token, id] of added) assert.equal(vocabulary.token(id), token, `new token ${id}`);
  // OmniSVG's ids are numbers beside the base's tokens, which no tokenizer names.
  const named = name === "omnisvg" ? before.getVocabSize(true) : vocabulary.size;
  const size = 1 + Object.values(has).reduce((most, id) => Math.max(most, id), -1);
  assert.equal(size, named, "ids");

  for (const text of texts) {
    const [left, right] = [await before.encode(text), await after.encode(text)];
    assert.deepEqual(right.getIds(), left.getIds(), text);
  }
  const again = tokenizerFromJSON(JSON.parse(readFileSync(file, "utf8")));
  assert.equal(again.vocabulary.size, vocabulary.size);
  return Object.keys(has).length;
}
