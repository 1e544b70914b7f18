import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../svg/index.ts";
import {
  createPathTokenizer,
  strokeIconOptions,
  TokenizerFileError,
  tokenizerFromJSON,
  trainBytePairs,
} from "../../tokenizer/index.ts";
import { lucideCaptions } from "./captions.ts";
import { lucideIcons } from "./icons.ts";

const text = trainBytePairs(lucideCaptions(), { vocabularySize: 400 });
const saved = createPathTokenizer({ options: strokeIconOptions, text });
const file = JSON.stringify(saved.toJSON());

// The file's shape is what the tests change at will.
// biome-ignore lint/suspicious/noExplicitAny: it stands for any JSON
type Json = any;

function changed(change: (json: Json) => unknown): unknown {
  const json: Json = JSON.parse(file);
  change(json);
  return json;
}

function refused(json: unknown, place: string, message: RegExp): void {
  try {
    tokenizerFromJSON(json);
  } catch (error) {
    assert.instance(error, TokenizerFileError);
    const { place: at, message: text } = error as TokenizerFileError;
    assert.is(at, place);
    assert.match(text, message);
    return;
  }
  assert.unreachable(`a file with a wrong ${place} was read`);
}

test("a saved representation is read back whole", () => {
  const read = tokenizerFromJSON(JSON.parse(file));
  assert.is(read.name, "path");
  assert.equal(read.canonical, saved.canonical);
  assert.is(read.vocabulary.size, saved.vocabulary.size);
  assert.equal(read.vocabulary.special, saved.vocabulary.special);
  assert.equal(read.encodeText("an arrow, ünïcode"), saved.encodeText("an arrow, ünïcode"));
  for (const { svg } of lucideIcons().slice(0, 50)) {
    const { drawing } = parseDrawing(svg, saved.canonical);
    assert.equal(read.encode(drawing), saved.encode(drawing));
  }
  assert.is(JSON.stringify(read.toJSON()), file);
});

test("what is no tokenizer file is refused", () => {
  refused(null, "the top", /must be an object, not null/);
  refused([], "the top", /must be an object/);
  refused({}, "model", /must be an object, not undefined/);
  refused({ model: { type: "WordPiece" } }, "model.type", /must be "BPE", not "WordPiece"/);
  refused({ model: { type: "BPE" } }, "model.pathloom", /must be an object/);
});

test("a representation of another version is refused", () => {
  const json = changed(({ model }) => {
    model.pathloom.representation = "pixels";
  });
  refused(json, "model.pathloom.representation", /"pixels" is no tokenizer/);
});

test("wrong options are refused", () => {
  const json = changed(({ model }) => {
    model.pathloom.options.grid = "wide";
  });
  refused(json, "model.pathloom.options", /"grid" must be an integer from 8 to 1024, not "wide"/);
});

test("options that do not fit the tokens are refused", () => {
  const json = changed(({ model }) => {
    model.pathloom.options.arcs = false;
  });
  refused(json, "added_tokens[48]", /must be .*, not <\|A1:00\|>/);
});

test("wrong vocabularies are refused", () => {
  const free = changed(({ model }) => {
    model.vocab.a = 4000;
  });
  refused(free, 'model.vocab["a"]', /ids must be 0 to 399, not 4000/);
  const twice = changed(({ model }) => {
    model.vocab.b = model.vocab.a;
  });
  refused(twice, 'model.vocab["b"]', /is taken/);
  const foreign = changed(({ model }) => {
    model.vocab.漢 = model.vocab.a;
    delete model.vocab.a;
  });
  refused(foreign, 'model.vocab["漢"]', /byte characters/);
});

test("wrong merges are refused", () => {
  const odd = changed(({ model }) => {
    model.merges[3] = ["a"];
  });
  refused(odd, "model.merges[3]", /a pair of tokens/);
  const unknown = changed(({ model }) => {
    model.merges[3] = ["zq", "x"];
  });
  refused(unknown, "model", /merge 3 \(zq x\)/);
});

test("missing and misnumbered drawing tokens are refused", () => {
  const shorter = changed((json) => json.added_tokens.pop());
  refused(shorter, `added_tokens[${saved.vocabulary.size - 401}]`, /must be <\|y96\|>/);
  const misnumbered = changed((json) => {
    json.added_tokens[2].id = 7;
  });
  refused(misnumbered, "added_tokens[2].id", /must be 402, not 7/);
});

test.run();
