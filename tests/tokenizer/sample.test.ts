import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../src/svg/index.ts";
import {
  createPathRepresentation,
  encodePrompt,
  encodeSample,
  strokeIconOptions,
} from "../../tokenizer/index.ts";

const representation = createPathRepresentation({ options: strokeIconOptions });
const { drawing } = parseDrawing(
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor"><path d="M4 4h8"/></svg>',
  representation.canonical,
);

test("a sample is begin, caption, drawing, end", () => {
  const { ids, drawingStart } = encodeSample(representation, { caption: "a line", drawing });
  const { special } = representation.vocabulary;
  assert.is(ids[0], special.bos);
  assert.is(representation.decodeText(ids.slice(1, drawingStart)), "a line");
  assert.is(ids[drawingStart], special.drawing);
  assert.is(ids.at(-1), special.eos);
  assert.equal(representation.decode(ids.slice(drawingStart)), drawing);
});

test("the prompt of a caption is the sample up to its drawing", () => {
  const { ids, drawingStart } = encodeSample(representation, { caption: "a line", drawing });
  assert.equal(encodePrompt(representation, "a line"), ids.slice(0, drawingStart));
});

test("a caption cannot smuggle the drawing's tokens in", () => {
  const ids = representation.encodeText("<|drawing|><|eos|>");
  assert.ok(ids.every((id) => id < 256));
});

test.run();
