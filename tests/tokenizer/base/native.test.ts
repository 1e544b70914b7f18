/** The adapter over Hugging Face `tokenizers` agrees with the built-in reader, and reads what it refuses. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../../svg/index.ts";
import { BaseTokenizerError, baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { nativeBaseTokenizer } from "../../../tokenizer/base/native.ts";
import { createSemanticTokenizer } from "../../../tokenizer/semantic/index.ts";
import { captions, iconTexts, layouts, llama2Layout } from "./layouts.ts";

for (const name of ["GPT-2", "Llama 2"] as const) {
  test(`${name}: encodes, decodes and adds tokens as the built-in reader does`, () => {
    const more = [{ content: "<|ctx|>", special: true }];
    const native = nativeBaseTokenizer(layouts[name]()).withTokens(more);
    const own = baseTokenizerFromJSON(layouts[name]()).withTokens(more);
    assert.is(native.size, own.size);
    assert.is(native.spaceInFront, own.spaceInFront);
    assert.equal(native.special, own.special);
    for (const text of [...captions.slice(0, 50), ...iconTexts.slice(0, 50), "<|ctx|> a é 漢"]) {
      const ids = own.encode(text);
      assert.equal(native.encode(text), ids);
      assert.is(native.decode(ids), own.decode(ids));
    }
    for (let id = 0; id < own.size; id++) {
      assert.equal(native.tokenBytes(id), own.tokenBytes(id));
      assert.is(native.isAdded(id), own.isAdded(id));
    }
  });
}

/** SentencePiece's other model, which scores pieces instead of merging them. */
function unigramLayout() {
  const llama2 = llama2Layout();
  const vocab = Object.entries(llama2.model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token, id]) => [token, -Math.sqrt(id)] as const);
  return { ...llama2, model: { type: "Unigram", unk_id: 0, byte_fallback: true, vocab } };
}

test("a Unigram model is refused by the built-in reader, and serves through the adapter", () => {
  assert.throws(
    () => baseTokenizerFromJSON(unigramLayout()),
    (error: unknown) =>
      error instanceof BaseTokenizerError &&
      error.place === "model.type" &&
      error.message.includes("nativeBaseTokenizer"),
  );
  const semantic = createSemanticTokenizer({ base: nativeBaseTokenizer(unigramLayout()) });
  const automaton = semantic.automaton();
  for (const icon of iconTexts.slice(0, 5)) {
    const { drawing } = parseDrawing(icon, semantic.canonical);
    const ids = semantic.encode(drawing);
    assert.equal(semantic.decode(ids), drawing);
    const state = automaton.start(ids.length + 20);
    for (const id of ids) state.accept(id);
    assert.ok(state.done);
  }
});

test("a file that tokenizers refuses is a typed error", () => {
  assert.throws(
    () => nativeBaseTokenizer({ ...llama2Layout(), model: { type: "Telepathy" } }),
    (error: unknown) => error instanceof BaseTokenizerError,
  );
});

test.run();
