import { test } from "uvu";
import * as assert from "uvu/assert";
import { mirror, tokenizeEntries } from "../../data/index.ts";
import {
  createPathTokenizer,
  encodeSample,
  strokeIconOptions,
  trainBytePairs,
} from "../../tokenizer/index.ts";
import { roundLook } from "../svg/round-look.ts";
import { entry, line } from "./line-entry.ts";

const tokenizer = createPathTokenizer({
  options: strokeIconOptions,
  text: trainBytePairs([], { vocabularySize: 256 }),
});

const entries = [
  entry("house", ["house", "house, home, roof"], [line(10)]),
  entry("letter-k", ["letter k"], [line(20), line(30)]),
];

test("a sample is the begin token, the caption and the drawing, as the tokenizer lays it out", () => {
  const { dataset } = tokenizeEntries(entries, tokenizer, { maxTokens: 99 });
  assert.is(dataset.size, 2);
  assert.equal(dataset.captions(0), ["house", "house, home, roof"]);
  const sample = dataset.get({ sample: 0, caption: 1, drawing: 0 });
  const caption = "house, home, roof";
  const drawing = entries[0]?.drawing;
  assert.ok(drawing);
  const wanted = encodeSample(tokenizer, { caption, drawing });
  assert.equal([...sample.tokens], wanted.ids);
  assert.is(sample.drawingStart, wanted.drawingStart);
  assert.is(dataset.lengthOf({ sample: 0, caption: 1, drawing: 0 }), wanted.ids.length);
  assert.throws(() => dataset.get({ sample: 1, caption: 1, drawing: 0 }), RangeError);
});

test("with mirroring, a drawing has a flipped twin unless its caption speaks of letters", () => {
  const options = { maxTokens: 99, augment: { kinds: ["mirror"], shiftBy: 4 } } as const;
  const { dataset, report } = tokenizeEntries(entries, tokenizer, options);
  assert.is(report.augmented, 1);
  assert.equal([dataset.drawingCount(0), dataset.drawingCount(1)], [2, 1]);
  const { tokens, drawingStart } = dataset.get({ sample: 0, caption: 0, drawing: 1 });
  const twin = tokenizer.decode(tokens.subarray(drawingStart));
  assert.equal(twin, entries[0] && mirror(entries[0].drawing));
});

test("what is longer than allowed loses its long captions first, then is left out and counted", () => {
  const [house] = entries;
  assert.ok(house);
  const drawing = tokenizer.encode(house.drawing).length;
  const shortest = 1 + "house".length + drawing;
  const tokenize = (maxTokens: number) => tokenizeEntries([house], tokenizer, { maxTokens });
  assert.equal(tokenize(shortest).dataset.captions(0), ["house"]);
  assert.is(tokenize(shortest).report.lengths.max, shortest);
  const none = tokenize(shortest - 1);
  assert.is(none.dataset.size, 0);
  assert.equal(none.report.tooLong, [{ id: "house", tokens: shortest }]);
  assert.equal(none.report.needed, [shortest]);
  assert.equal(none.report.lengths.mean, 0);
});

test("what the vocabulary cannot hold is left out with the reason", () => {
  const red = { ...roundLook, fill: { kind: "color", rgb: 0xff0000 } } as const;
  const refusedEntry = entry("red", ["red"], [{ ...red, kind: "circle", cx: 9, cy: 9, r: 5 }]);
  const { report } = tokenizeEntries([...entries, refusedEntry], tokenizer, {
    maxTokens: 99,
  });
  assert.is(report.samples, 2);
  assert.is(report.refused[0]?.id, "red");
  assert.ok((report.refused[0]?.reason ?? "").length > 5);
});

test.run();
