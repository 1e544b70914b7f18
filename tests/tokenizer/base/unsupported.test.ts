/** Kinds of tokenizers that are not read are refused, with the place in the file. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { BaseTokenizerError, baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { llama2Layout } from "./layouts.ts";

const llama2 = llama2Layout();
const pieces = Object.keys(llama2.model.vocab).map((token, i) => [token, -Math.sqrt(i)] as const);

const refused: Readonly<Record<string, readonly [place: string, json: unknown]>> = {
  "SentencePiece's Unigram": [
    "model.type",
    { ...llama2, model: { type: "Unigram", unk_id: 0, vocab: pieces } },
  ],
  "BERT's WordPiece": [
    "model.type",
    { ...llama2, model: { type: "WordPiece", vocab: llama2.model.vocab } },
  ],
  "a kind that is none": ["model.type", { ...llama2, model: { type: "Telepathy" } }],
  "encoding at random": ["model.dropout", { ...llama2, model: { ...llama2.model, dropout: 0.1 } }],
  "a normalizer of its own": [
    "normalizer.type",
    { ...llama2, normalizer: { type: "Precompiled" } },
  ],
};

for (const [name, [place, json]] of Object.entries(refused)) {
  test(`${name} is refused`, () => {
    assert.throws(
      () => baseTokenizerFromJSON(json),
      (error: unknown) =>
        error instanceof BaseTokenizerError &&
        error.place === place &&
        error.message.includes("is not supported"),
    );
  });
}

test.run();
