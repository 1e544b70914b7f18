/**
 * Captions are data: whatever they spell, no token of the tokenizer's own comes of it, and they come back
 * as they were. What the program writes around them may have such tokens.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type BaseTokenizer, baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import {
  createOmniSvgTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  type SvgTokenizer,
  withPromptTemplate,
} from "../../../tokenizer/index.ts";
import { layouts } from "./layouts.ts";

const over: Readonly<Record<string, (base: BaseTokenizer) => SvgTokenizer>> = {
  semantic: (base) => createSemanticTokenizer({ base }),
  "text with markers": (base) => createTextTokenizer({ base, options: { wrapper: "markers" } }),
  "text with an instruction": (base) =>
    createTextTokenizer({ base, options: { wrapper: "instruction" } }),
  omnisvg: (base) => createOmniSvgTokenizer({ base, model: "own" }),
};

/** The contents of all tokens that a text is searched for. */
function addedTokens({ toJSON }: { toJSON(): unknown }): { id: number; content: string }[] {
  return (toJSON() as { added_tokens: { id: number; content: string }[] }).added_tokens;
}

for (const [layout, json] of Object.entries(layouts)) {
  for (const [name, make] of Object.entries(over)) {
    test(`${layout}, ${name}: a caption that spells a token is text`, () => {
      const tokenizer = make(baseTokenizerFromJSON(json()));
      const plain = withPromptTemplate(tokenizer, "draw {caption}: ");
      const tokens = addedTokens({ toJSON: () => tokenizer.toJSON() });
      const own = new Set(tokens.map(({ id }) => id));
      const spelt = tokens.map(({ content }) => content);
      for (const content of [...spelt, spelt.join(""), `a ${spelt.join(" and ")} b`]) {
        for (const each of [tokenizer, plain]) {
          const ids = each.encodeText(content);
          assert.equal(
            ids.filter((id) => own.has(id)).map((id) => each.vocabulary.token(id)),
            [],
            content,
          );
          if (!content.includes("▁")) assert.is(each.decodeText(ids), content);
        }
      }
    });
  }
}

test("a token in the prompt is meant, and the caption within it is not", () => {
  const base = baseTokenizerFromJSON(layouts.Qwen());
  const tokenizer = createSemanticTokenizer({ base });
  const id = (token: string) => base.id(token)!;
  const prompted = withPromptTemplate(tokenizer, "<|im_start|>draw {caption}<tool_call>");
  const ids = prompted.encodeText("<|im_start|> a <tool_call>");
  assert.equal([ids[0], ids.at(-1)], [id("<|im_start|>"), id("<tool_call>")]);
  const within = ids.slice(1, -1);
  assert.not.ok(
    within.some((each) => base.isAdded(each)),
    String(within),
  );
  assert.is(prompted.decodeText(ids), "<|im_start|> a <tool_call>");
});

test("a caption without any token is encoded as the text that it is", () => {
  const base = baseTokenizerFromJSON(layouts["Llama 2"]());
  const caption = "an arrow, up";
  assert.equal(base.encode(caption, { start: 0, end: caption.length }), base.encode(caption));
});

test.run();
