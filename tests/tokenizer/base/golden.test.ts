/**
 * Tokenizers with SVG tokens added encode what `transformers` encodes with the same file and tokens.
 * The files and the ids are made by tests/golden/make_tokenizers.py.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import {
  createSemanticTokenizer,
  createTextTokenizer,
  tokenizerFromJSON,
} from "../../../tokenizer/index.ts";

const golden = join(import.meta.dirname, "../../golden");
const readJson = (...path: string[]): unknown =>
  JSON.parse(readFileSync(join(golden, ...path), "utf8"));

/** expected.json, as the maker writes it. */
interface Expected {
  readonly size: number;
  readonly extendedSize: number;
  readonly samples: readonly {
    readonly text: string;
    /** Before tokens were added. */
    readonly base: readonly number[];
    readonly ids: readonly number[];
    readonly decoded: string;
  }[];
}

const svgTokens = readJson("svg-tokens.json") as string[];
const names = readdirSync(join(golden, "tokenizers")).sort();

for (const name of names) {
  const { size, extendedSize, samples } = readJson("tokenizers", name, "expected.json") as Expected;
  const base = baseTokenizerFromJSON(readJson("tokenizers", name, "tokenizer.json"));
  const shown = (text: string) => `${name}: ${JSON.stringify(text)}`;

  test(`${name}: the tokenizer as it is`, () => {
    assert.is(base.size, size);
    for (const { text, base: ids } of samples) assert.equal(base.encode(text), ids, shown(text));
  });

  test(`${name}: with SVG tokens added`, () => {
    const extended = base.withTokens(svgTokens.map((content) => ({ content, special: false })));
    assert.is(extended.size, extendedSize);
    const again = baseTokenizerFromJSON(JSON.parse(JSON.stringify(extended.toJSON())));
    for (const { text, ids, decoded } of samples) {
      assert.equal(extended.encode(text), ids, shown(text));
      assert.equal(again.encode(text), ids, shown(text));
      assert.is(extended.decode(ids), decoded, shown(text));
    }
  });

  test(`${name}: the semantic representation has these very tokens, under these ids`, () => {
    const { vocabulary } = createSemanticTokenizer({ base });
    const added = Array.from({ length: vocabulary.size - size }, (_, i) =>
      vocabulary.token(size + i),
    );
    assert.equal(added.slice(-svgTokens.length), svgTokens);
  });

  test(`${name}: the file of a representation over it is read back as it was`, () => {
    for (const create of [createSemanticTokenizer, createTextTokenizer]) {
      const made = create({ base });
      const read = tokenizerFromJSON(JSON.parse(JSON.stringify(made.toJSON())));
      assert.is(read.vocabulary.size, made.vocabulary.size);
      assert.equal(read.vocabulary.special, made.vocabulary.special);
      const tokens = ({ vocabulary }: typeof read) =>
        Array.from({ length: vocabulary.size }, (_, id) => vocabulary.token(id));
      assert.equal(tokens(read), tokens(made));
    }
  });
}

test.run();
