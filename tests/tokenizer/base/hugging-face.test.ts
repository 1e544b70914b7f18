/** The built-in reader encodes and decodes as Hugging Face `tokenizers` does with the same file. */
import fc from "fast-check";
import { Tokenizer } from "tokenizers";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { createSemanticTokenizer } from "../../../tokenizer/semantic/index.ts";
import { gpt2TokenizerJson } from "../../sets/gpt2.ts";
import { captions, iconTexts, layouts } from "./layouts.ts";

type Oracle = (texts: readonly string[]) => Promise<number[][]>;

function oracleOf(json: unknown): { encode: Oracle; tokenizer: Tokenizer } {
  const tokenizer = Tokenizer.fromString(JSON.stringify(json));
  const encode: Oracle = async (texts) => {
    const encodings = await tokenizer.encodeBatch([...texts], { addSpecialTokens: false });
    return encodings.map((encoding) => encoding.getIds());
  };
  return { encode, tokenizer };
}

async function assertAgree(name: string, json: unknown, texts: readonly string[]) {
  const tokenizer = baseTokenizerFromJSON(json);
  const oracle = oracleOf(json);
  const expected = await oracle.encode(texts);
  texts.forEach((text, i) => {
    const ids = tokenizer.encode(text);
    assert.equal(ids, expected[i], `${name}: ${JSON.stringify(text.slice(0, 200))}`);
  });
  const decoded = await oracle.tokenizer.decodeBatch(expected, false);
  expected.forEach((ids, i) => {
    assert.is(tokenizer.decode(ids), decoded[i], `${name}: ${JSON.stringify(texts[i])}`);
  });
}

/** Of scripts that every Unicode version of the last ten years holds. */
const unicode = fc
  .sample(
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.string({ maxLength: 8 }) },
        fc.constantFrom(
          ..."'s 'S 'll it'ſ Ünïcödé\u0301 漢字かな 123 4567 ٣٤ \t \n \r\n \n\n   … ½ é e\u0301 \u00a0 \u0085 \ufeff \u2028 😀 👨‍👩‍👧 ﬁ ▁ ▁▁ <0x0A> <s> </s> <unk> <|endoftext|> <tool_call> _ - &amp; x² क्षि".split(
            " ",
          ),
        ),
        fc.constantFrom(" ", "  ", "\n", "'", "10", "-3.5", '"/>'),
      ),
      { maxLength: 12 },
    ),
    { numRuns: 1500, seed: 4 },
  )
  .map((parts) => parts.join(""));

const files: Readonly<Record<string, () => unknown>> = {
  ...layouts,
  "GPT-2 as published": gpt2TokenizerJson,
};

for (const [name, layout] of Object.entries(files)) {
  test(`${name}: captions and icons`, () =>
    assertAgree(name, layout(), [...captions, ...iconTexts]));
  test(`${name}: arbitrary texts`, () => assertAgree(name, layout(), unicode));
}

test("the file of a representation loads, its added tokens included", () => {
  const semantic = createSemanticTokenizer({
    base: baseTokenizerFromJSON(layouts["Llama 2"]()),
  });
  return assertAgree("semantic", semantic.toJSON(), [
    "[<|START_OF_SVG|>][<|svg_path|>][<|path_d|>][<|moveto|>]63.6 118.8[<|END_OF_SVG|>]",
    "a text before [<|START_OF_SVG|>] and [<|no_token|>]",
  ]);
});

test.run();
