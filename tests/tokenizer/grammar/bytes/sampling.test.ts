/** The automata over base tokenizers: what they accept, and that their answers agree. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, parseDrawing, printDrawing } from "../../../../svg/index.ts";
import { Acceptance } from "../../acceptance.ts";
import { iconTexts } from "../../base/layouts.ts";
import { sampledTokenizers } from "../../sampled-tokenizers.ts";
import { randomNumbers, smallestBudget } from "../../sampling.ts";

const tokenizers = Object.entries(sampledTokenizers)
  .filter(([name]) => name.includes("over"))
  .map(([name, create]) => [name, create()] as const);

for (const [name, tokenizer] of tokenizers) {
  test(`${name}: icons are accepted, and each of their prefixes can be ended`, () => {
    const automaton = tokenizer.automaton();
    // Until something shows, the ending that is known has an element that surely does.
    const reserve = smallestBudget(automaton);
    for (let i = 0; i < iconTexts.length; i += 40) {
      const { drawing } = parseDrawing(iconTexts[i]!, tokenizer.canonical);
      if (drawing.elements.length === 0) continue;
      const ids = tokenizer.encode(drawing);
      const state = automaton.start(ids.length + reserve);
      for (const id of ids) {
        assert.ok(state.allows(id), printDrawing(drawing));
        state.accept(id);
        assert.ok(state.shortestEnding <= state.budget);
      }
      assert.ok(state.done);
    }
  });

  test(`${name}: mask, allows and accept agree`, () => {
    const random = randomNumbers(5);
    const { size } = tokenizer.vocabulary;
    const automaton = tokenizer.automaton();
    const state = automaton.start(smallestBudget(automaton) + 12);
    const logits = new Float32Array(size + 7);
    while (!state.done) {
      logits.fill(1);
      state.mask(logits);
      const allowed: number[] = [];
      let agree = true;
      for (let id = 0; id < size; id++) {
        if ((logits[id] === 1) !== state.allows(id)) agree = false;
        if (logits[id] === 1) allowed.push(id);
      }
      assert.ok(agree);
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
  });
}

test("a drawing may end after an element that shows, and not after one that does not", () => {
  const semantic = tokenizers.find(([name]) => name === "semantic over GPT-2")![1];
  const ends = (element: string) => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">${element}</svg>`;
    const ids = semantic.encode(parseDrawing(svg, semantic.canonical).drawing);
    const state = semantic.automaton().start(400);
    for (const id of ids.slice(0, -1)) state.accept(id);
    return state.allows(ids.at(-1)!);
  };
  for (const element of [
    '<circle cx="100" cy="100" r="10"/>',
    '<circle cx="-100" r="150" opacity=".1"/>',
    '<path d="M0 0h100v100z"/>',
    '<path stroke="red" fill="none" stroke-width="2" d="M20 20h50"/>',
    '<line x1="9" y1="9" x2="9" y2="9" stroke="red" stroke-linecap="round" stroke-width="9"/>',
    '<g opacity=".5"><circle cx="900" r="5"/><circle r="50"/></g>',
  ]) {
    assert.ok(ends(element), element);
  }
  for (const element of [
    '<circle cx="300" cy="100" r="10"/>',
    '<path d="M0 0h100h-50z"/>',
    '<path d="M-100-100h90v90z"/>',
    '<path d="M10 10h100v100zM10 10v0h100v100z" fill-rule="evenodd"/>',
    '<path stroke="red" fill="none" stroke-width="2" d="M20-9h50"/>',
    '<line x1="9" y1="9" x2="9" y2="9" stroke="red" stroke-width="9"/>',
    '<line x1="0" y1="9" x2="90" y2="9" stroke="red" stroke-dasharray="1 90" stroke-dashoffset="2" stroke-width="9"/>',
    '<g opacity=".1"><circle r="50" opacity=".1"/><circle r="5" opacity=".1"/></g>',
  ]) {
    assert.not(ends(element), element);
  }
});

test("groups nest as deeply as a drawing may, and no deeper", () => {
  for (const name of ["semantic over GPT-2", "text over GPT-2, with markers"]) {
    const tokenizer = tokenizers.find(([each]) => each === name)![1];
    const nested = (depth: number): Drawing => {
      const disc = `<circle cx="9" cy="9" r="90"/>`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">${disc}</svg>`;
      const [shape] = parseDrawing(svg, tokenizer.canonical).drawing.elements;
      let children = [shape!, shape!];
      for (let i = 1; i < depth; i++)
        children = [{ kind: "group", opacity: 100, children }, shape!];
      return { width: 200, height: 200, elements: [{ kind: "group", opacity: 50, children }] };
    };
    const acceptance = new Acceptance(tokenizer);
    assert.is(acceptance.refusedAt(nested(198)), -1, name);
    assert.ok(acceptance.refusedAt(nested(199)) > 0, name);
  }
});

test.run();
