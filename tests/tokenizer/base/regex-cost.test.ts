/** Expressions that could take forever are refused; those of published tokenizers are not. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { BaseTokenizerError, baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { refuseCostly } from "../../../tokenizer/base/regex-cost.ts";
import { gpt2Layout } from "./layouts.ts";

const costly = [
  "(a+)+$",
  "(a*)*b",
  "(a|a)+$",
  "(?:a|ab)*c",
  "([a-z]+\\d?)+!",
  "((ab?)c)+",
  "(?:(?:a)+){2,}",
  "(a{1,30}){2,30}$",
  "(?i:x+)+",
  "(?=(a+)+b)",
  "\\s+".repeat(12),
  "a".repeat(20_000),
];

const published = [
  // GPT-2, Llama 3, Qwen 2, o200k, DeepSeek, Falcon, StarCoder 2, GPT-4's digits in threes.
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
  "[一-龥぀-ゟ゠-ヿ]+",
  "[0-9][0-9][0-9]",
  "\\d{1,3}(?=(?:\\d{3})*\\b)",
  "(?<=[a-z])(?=[A-Z])",
];

function withPattern(pattern: string) {
  const pre_tokenizer = {
    type: "Sequence",
    pretokenizers: [
      { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false },
      gpt2Layout().pre_tokenizer,
    ],
  };
  return { ...gpt2Layout(), pre_tokenizer };
}

const isRefusal = (error: unknown) =>
  error instanceof BaseTokenizerError && /may take forever/.test(error.message);

test("a file with an expression that repeats what repeats or chooses is refused", () => {
  for (const pattern of costly) {
    assert.throws(() => refuseCostly(pattern, "here"), isRefusal, pattern.slice(0, 40));
    const json = withPattern(pattern);
    assert.throws(() => baseTokenizerFromJSON(json), isRefusal, pattern.slice(0, 40));
  }
});

test("the expressions of published tokenizers pass", () => {
  for (const pattern of published) refuseCostly(pattern, "here");
  assert.equal(baseTokenizerFromJSON(withPattern(published[5]!)).encode("12345").length > 0, true);
});

test.run();
