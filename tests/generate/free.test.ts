/** Drawing without the grammar, and whether the grammar had to end a drawing. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { type DecoderConfig, defaultSampling, initialWeights, Model } from "../../models/index.ts";
import { type DrawOptions, endedByItself, SvgGenerator } from "../../src/generate/index.ts";
import { createPathTokenizer, strokeIconOptions } from "../../tokenizer/index.ts";
import { llamaLike } from "../models/configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const tokenizer = createPathTokenizer({ options: strokeIconOptions });
const config: DecoderConfig = {
  ...llamaLike,
  vocabularySize: tokenizer.vocabulary.size,
  contextLength: 64,
};
/** It has learned nothing. */
const model = new Model(engine, config, initialWeights(config, { seed: 2, std: 0.3 }));
const generator = new SvgGenerator(model, tokenizer);
const options: DrawOptions = { sampling: defaultSampling, seed: 7, maxTokens: null };
const { eos } = tokenizer.vocabulary.special;

test("what an untrained model writes by itself is no drawing, but opens as one", () => {
  const [opening] = generator.draw(["icon"], options)[0]!.ids;
  const prompts = Array.from({ length: 12 }, (_, i) => `icon ${i}`);
  const free = generator.drawFreely(prompts, options);
  assert.ok(free.some(({ drawing }) => drawing === null));
  for (const { ids, ended, prompt } of free) {
    assert.equal([ids[0], ended], [opening, ids.at(-1) === eos], prompt);
    assert.ok(1 + tokenizer.encodeText(prompt).length + ids.length <= 64, prompt);
  }
  assert.equal(generator.drawFreely([], options), []);
});

test("a prompt fits where it leaves room for a drawing", () => {
  assert.ok(generator.fits("icon", options));
  assert.not(generator.fits("icon ".repeat(100), options));
  assert.not(generator.fits("icon", { ...options, maxTokens: 3 }));
});

test("a drawing ended by itself where more room would have changed no choice", () => {
  const { ids } = generator.draw(["icon"], { ...options, maxTokens: 30 })[0]!;
  assert.ok(endedByItself(tokenizer, ids, 300));
  assert.not(endedByItself(tokenizer, ids, ids.length));
});

test.run();
