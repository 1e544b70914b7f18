/**
 * Drawings from random logits under the automata over base tokenizers: all decode, keep to their
 * budget and show something. Set SAMPLES to draw more than the few of a test run.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing, printDrawing } from "../../../src/svg/index.ts";
import { baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import type { Representation } from "../../../tokenizer/representation.ts";
import { createSemanticRepresentation } from "../../../tokenizer/semantic/index.ts";
import { createTextRepresentation } from "../../../tokenizer/text/index.ts";
import { iconTexts, layouts } from "../base/layouts.ts";
import { randomNumbers, sampleIds, smallestBudget } from "../sampling.ts";
import { hasNoExtent, isBlank } from "./visible.ts";

const samples = Number(process.env.SAMPLES ?? 250);
const gpt2 = baseTokenizerFromJSON(layouts["GPT-2"]());
const llama2 = baseTokenizerFromJSON(layouts["Llama 2"]());

const representations: Readonly<Record<string, Representation>> = {
  "semantic over GPT-2": createSemanticRepresentation({ base: gpt2 }),
  "semantic over Llama 2, relative, to a tenth": createSemanticRepresentation({
    base: llama2,
    options: { positions: "relative", precision: 1 },
  }),
  "text over GPT-2, with markers": createTextRepresentation({ base: gpt2 }),
  "text over Llama 2, with an instruction": createTextRepresentation({
    base: llama2,
    options: { wrapper: "instruction" },
  }),
};

for (const [name, representation] of Object.entries(representations)) {
  test(`${name}: ${samples} drawings from random logits`, () => {
    const automaton = representation.automaton();
    const smallest = smallestBudget(automaton);
    const random = randomNumbers(11);
    const logits = new Float32Array(representation.vocabulary.size);
    let flat = 0;
    for (let i = 0; i < samples; i++) {
      // A third of them have hardly more tokens than the shortest drawing.
      const budget = smallest + Math.floor(random() * (i % 3 === 0 ? 6 : 200));
      const ids = sampleIds(automaton.start(budget), logits, random, () => false);
      assert.ok(ids.length <= budget);
      const drawing = representation.decode(ids);
      const reparsed = parseDrawing(printDrawing(drawing), representation.canonical).drawing;
      if (!isBlank(drawing)) assert.ok(reparsed.elements.length > 0, printDrawing(drawing));
      else if (hasNoExtent(drawing.elements)) flat++;
      else flat += expectThin(printDrawing(drawing));
    }
    // Outlines whose points happen to coincide or to be in line.
    assert.ok(flat <= Math.max(2, samples / 100), `${flat} drawings have no extent`);
    if (flat > 0) console.log(`${name}: ${flat} of ${samples} drawings have no extent`);
  });

  test(`${name}: every Lucide icon is accepted, and each of its prefixes can be ended`, () => {
    const automaton = representation.automaton();
    const every = samples > 500 ? 1 : 20;
    for (let i = 0; i < iconTexts.length; i += every) {
      const { drawing } = parseDrawing(iconTexts[i]!, representation.canonical);
      const ids = representation.encode(drawing);
      // The ending that is known may be a little longer than the best one.
      const state = automaton.start(ids.length + 8);
      for (const id of ids) {
        assert.ok(state.allows(id), printDrawing(drawing));
        state.accept(id);
        assert.ok(state.shortestEnding <= state.budget);
      }
      assert.ok(state.done);
    }
  });
}

/** Blank though it has an extent: counted, and shown for a look at it. */
function expectThin(svg: string): number {
  console.log(`too thin to see: ${svg}`);
  return 1;
}

test("mask, allows and accept agree", () => {
  for (const representation of Object.values(representations)) {
    const random = randomNumbers(5);
    const { size } = representation.vocabulary;
    const automaton = representation.automaton();
    const state = automaton.start(smallestBudget(automaton) + 12);
    const logits = new Float32Array(size + 7);
    while (!state.done) {
      logits.fill(1);
      state.mask(logits);
      const allowed: number[] = [];
      for (let id = 0; id < size; id++) {
        assert.is(logits[id] === 1, state.allows(id));
        if (logits[id] === 1) allowed.push(id);
      }
      assert.ok(logits.subarray(size).every((logit) => logit === Number.NEGATIVE_INFINITY));
      const refused = logits.indexOf(Number.NEGATIVE_INFINITY);
      assert.throws(() => state.accept(refused), RangeError);
      const id = allowed[Math.floor(random() * allowed.length)]!;
      const copy = state.clone();
      copy.accept(id);
      assert.is(copy.budget, state.budget - 1);
      state.accept(id);
      assert.is(copy.shortestEnding, state.shortestEnding);
    }
    assert.throws(() => automaton.start(smallestBudget(automaton) - 1), RangeError);
  }
});

test.run();
