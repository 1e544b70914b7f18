import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../svg/index.ts";
import {
  createPathTokenizer,
  encodePrompt,
  encodeSample,
  strokeIconOptions,
} from "../../tokenizer/index.ts";

const tokenizer = createPathTokenizer({ options: strokeIconOptions });
const { drawing } = parseDrawing(
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor"><path d="M4 4h8"/></svg>',
  tokenizer.canonical,
);

test("a sample is begin, caption, drawing, end", () => {
  const { ids, drawingStart } = encodeSample(tokenizer, { caption: "a line", drawing });
  const { special } = tokenizer.vocabulary;
  assert.is(ids[0], special.bos);
  assert.is(tokenizer.decodeText(ids.slice(1, drawingStart)), "a line");
  assert.is(ids[drawingStart], special.drawing);
  assert.is(ids.at(-1), special.eos);
  assert.equal(tokenizer.decode(ids.slice(drawingStart)), drawing);
});

test("the prompt of a caption is the sample up to its drawing", () => {
  const { ids, drawingStart } = encodeSample(tokenizer, { caption: "a line", drawing });
  assert.equal(encodePrompt(tokenizer, "a line"), ids.slice(0, drawingStart));
});

test("a caption cannot smuggle the drawing's tokens in", () => {
  const ids = tokenizer.encodeText("<|drawing|><|eos|>");
  assert.ok(ids.every((id) => id < 256));
});

test.run();
