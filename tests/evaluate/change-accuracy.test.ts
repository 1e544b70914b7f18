/** Completions and edits beside what they should be: what is asked, and how answers are scored. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { CorpusEntry } from "../../data/index.ts";
import { startEngine } from "../../engine/index.ts";
import { type DecoderConfig, initialWeights, Model } from "../../models/index.ts";
import {
  changeQuestions,
  measureChanges,
  type QuestionOptions,
  scoreChanges,
} from "../../src/evaluate/index.ts";
import { SvgGenerator } from "../../src/generate/index.ts";
import { drawingsEqual, parseDrawing } from "../../svg/index.ts";
import { createPathTokenizer, strokeIconOptions } from "../../tokenizer/index.ts";
import { llamaLike } from "../models/configs.ts";
import { lucideIcons } from "../tokenizer/icons.ts";

const tokenizer = createPathTokenizer({ options: strokeIconOptions });
const entries = lucideIcons()
  .filter((_, index) => index % 120 === 0)
  .map(({ file, svg }): CorpusEntry => {
    const name = file.slice(0, -4);
    const { drawing } = parseDrawing(svg, tokenizer.canonical);
    return { id: name, captions: [name], drawing };
  });
const options: QuestionOptions = {
  task: "completion",
  edits: { kinds: ["mirror", "move", "remove"], each: 2 },
  contextLength: 160,
};

test("the first half of a drawing is given, and the whole wanted; what has one element is not asked", () => {
  const questions = changeQuestions(entries, tokenizer, options);
  assert.ok(questions.length > 3, `${questions.length}`);
  for (const { prompt, given, target } of questions) {
    const entry = entries.find(({ id }) => id === prompt)!;
    assert.ok(drawingsEqual(target, entry.drawing));
    const half = Math.ceil(target.elements.length / 2);
    assert.equal(given.elements, target.elements.slice(0, half));
    assert.ok(half < target.elements.length);
  }
  const short = { ...options, contextLength: 60 };
  assert.ok(changeQuestions(entries, tokenizer, short).length < questions.length);
});

test("edits are those of the table, or made of the drawings", () => {
  const made = changeQuestions(entries, tokenizer, { ...options, task: "editing" });
  assert.ok(made.length > entries.length, `${made.length}`);
  assert.ok(made.some(({ prompt }) => /mirror|flip/.test(prompt)));
  const [a, b] = entries;
  const pair = { ...a!, before: b!.drawing, captions: ["make it another"] };
  const [asked, ...more] = changeQuestions([pair], tokenizer, { ...options, task: "editing" });
  assert.equal(more, []);
  assert.is(asked?.prompt, "make it another");
  assert.ok(drawingsEqual(asked!.given, b!.drawing) && drawingsEqual(asked!.target, a!.drawing));
});

test("the right answer is exact and alike; what is given is not; half of each is a half", () => {
  const questions = changeQuestions(entries, tokenizer, { ...options, task: "editing" });
  const even = questions.slice(0, 2 * Math.floor(questions.length / 2));
  const right = even.map(({ target }) => target);
  const { exact, alike, pixelError } = scoreChanges(even, right, "right");
  assert.equal([exact.value, alike.value, pixelError.value], [1, 1, 0]);
  const left = scoreChanges(
    even,
    even.map(({ given }) => given),
    "left",
  );
  assert.is(left.exact.value, 0);
  assert.ok(left.alike.value < 1 && left.pixelError.value > 0.01);
  const mixed = even.map(({ target, given }, index) => (index % 2 === 0 ? target : given));
  const half = scoreChanges(even, mixed, "half");
  assert.is(half.exact.value, 0.5);
  assert.ok(half.exact.low < 0.5 && half.exact.high > 0.5);
});

test("a model that has learned nothing is measured beside the two ways without one", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const config: DecoderConfig = {
    ...{ ...llamaLike, headDim: 8, hiddenSize: 32, layers: 1, contextLength: 160 },
    vocabularySize: tokenizer.vocabulary.size,
  };
  const model = new Model(engine, config, initialWeights(config, { seed: 3, std: 0.4 }));
  const generator = new SvgGenerator(model, tokenizer);
  const corpus = { train: entries.slice(8), heldOut: entries.slice(0, 8) };
  for (const task of ["completion", "editing"] as const) {
    const asked = { ...options, task, drawings: 4, seed: 1 };
    const measured = measureChanges(generator, corpus, asked);
    assert.ok(measured !== null);
    assert.is(measured.task, task);
    assert.ok(measured.drawings > 0 && measured.drawings <= 4);
    assert.is(measured.unchanged.exact.value, 0);
    assert.is(measured.model.exact.value, 0);
    assert.ok(measured.model.pixelError.value > 0);
    assert.equal(
      { ...measureChanges(generator, corpus, asked), seconds: 0 },
      { ...measured, seconds: 0 },
    );
    assert.is(measureChanges(generator, { ...corpus, heldOut: [] }, asked), null);
  }
  model.dispose();
  engine.dispose();
});

test.run();
