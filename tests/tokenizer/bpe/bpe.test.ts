import fc from "fast-check";
import { Tokenizer } from "tokenizers";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  BytePairEncoding,
  BytePairError,
  createPathTokenizer,
  trainBytePairs,
} from "../../../tokenizer/index.ts";
import { lucideCaptions } from "../captions.ts";

const captions = lucideCaptions();
const trained = trainBytePairs(captions, { vocabularySize: 1000 });

test("training fills the vocabulary, from the 256 bytes on", () => {
  assert.is(trained.tokens.length, 1000);
  assert.is(new Set(trained.tokens).size, 1000);
  assert.is(trained.merges.length, 744);
});

test("the most frequent pair is merged first, ties by the tokens' age", () => {
  const { merges } = trainBytePairs(["abab abab cd cd"], { vocabularySize: 258 });
  assert.equal(merges, [
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("the same captions give the same vocabulary", () => {
  const again = trainBytePairs(captions, { vocabularySize: 1000 });
  assert.equal(again.tokens, trained.tokens);
  assert.equal(again.merges, trained.merges);
});

test("training stops when no pair occurs twice", () => {
  assert.is(trainBytePairs(["abc"], { vocabularySize: 400 }).tokens.length, 256);
});

test("captions take a fraction of their bytes", () => {
  const bytes = captions.reduce((sum, caption) => sum + Buffer.byteLength(caption), 0);
  const tokens = captions.reduce((sum, caption) => sum + trained.encode(caption).length, 0);
  assert.ok(tokens < bytes / 2, `${tokens} tokens for ${bytes} bytes`);
});

test("any text comes back from its ids", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
      assert.is(trained.decode(trained.encode(text)), text);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test("ids equal those of Hugging Face tokenizers, which loads the same file", async () => {
  const tokenizer = createPathTokenizer({ text: trained });
  const theirs = Tokenizer.fromString(JSON.stringify(tokenizer.toJSON()));
  const oddities = [
    "",
    " ",
    "  two  spaces  ",
    "it's we'll I'M don't",
    "tab\there\nnew\r\nline \u00a0 \u2003 \u0085 \ufeff",
    "½ ² 漢字 Ünïcödé 🦊👩‍👩‍👧 e\u0301",
    "<path d='M0 0'/>",
    "\0\x07",
  ];
  const random = fc.sample(fc.string({ unit: "binary", maxLength: 40 }), {
    numRuns: 3000,
    seed: 2,
  });
  const graphemes = fc.sample(fc.string({ unit: "grapheme", maxLength: 40 }), {
    numRuns: 3000,
    seed: 3,
  });
  const texts = [...captions, ...oddities, ...random, ...graphemes];
  const encodings = await theirs.encodeBatch(texts);
  for (const [i, text] of texts.entries()) {
    assert.equal(trained.encode(text), encodings[i]!.getIds(), JSON.stringify(text));
  }
  for (const [i, text] of texts.entries()) {
    if (i % 20 === 0) assert.is(await theirs.decode(trained.encode(text), false), text);
  }
});

test("the drawing's tokens have the same ids there", () => {
  const tokenizer = createPathTokenizer({ text: trained });
  const theirs = Tokenizer.fromString(JSON.stringify(tokenizer.toJSON()));
  const { vocabulary } = tokenizer;
  assert.is(theirs.getVocabSize(true), vocabulary.size);
  for (let id = 0; id < vocabulary.size; id++) {
    assert.is(theirs.idToToken(id), vocabulary.token(id));
    assert.is(vocabulary.id(vocabulary.token(id)), id);
  }
});

test("merges of unknown tokens are refused", () => {
  assert.throws(
    () => new BytePairEncoding({ tokens: ["a", "b"], merges: [["a", "b"]] }),
    (error: unknown) => error instanceof BytePairError && /merge 0/.test(error.message),
  );
});

test.run();
