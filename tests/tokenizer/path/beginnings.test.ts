/** What may follow the beginning of a drawing: as it is kept against as it is found anew. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../../svg/index.ts";
import {
  createPathTokenizer,
  learnPathMerges,
  strokeIconOptions,
} from "../../../tokenizer/index.ts";
import { Beginnings } from "../../../tokenizer/path/beginnings.ts";
import { lucideIcons } from "../icons.ts";
import { randomNumbers } from "../sampling.ts";

const plain = createPathTokenizer({ options: strokeIconOptions });
const icons = lucideIcons()
  .filter((_, i) => i % 60 === 0)
  .map(({ svg }) => parseDrawing(svg, plain.canonical).drawing);
const { tokenizer } = learnPathMerges(plain, icons, { merges: 60, minimumFrequency: 2 });
const { size } = tokenizer.vocabulary;

/** 1 by id of those that may follow. */
function allowed(state: { mask(logits: Float32Array): void }): Float32Array {
  const logits = new Float32Array(size).fill(1);
  state.mask(logits);
  return logits;
}

test("what is kept of a beginning is what a grammar finds that remembers nothing", () => {
  const remembers = tokenizer.automaton();
  for (let drawing = 0; drawing < 12; drawing++) {
    // Every beginning comes twice, under one of two budgets: once it is found, then it is kept.
    const random = randomNumbers(drawing >> 1);
    const budget = drawing % 4 < 2 ? 90 : 120;
    const kept = remembers.start(budget);
    const anew = tokenizer.automaton().start(budget);
    for (let token = 0; token < 14 && !kept.done; token++) {
      const may = allowed(kept);
      assert.equal(may, allowed(anew), `drawing ${drawing}, token ${token}`);
      const ids = [...may.keys()].filter((id) => may[id] === 1);
      const id = ids[Math.floor(random() * ids.length)]!;
      kept.accept(id);
      anew.accept(id);
    }
  }
});

test("a copy goes on from the same beginning by itself", () => {
  const state = tokenizer.automaton().start(100);
  const copy = state.clone();
  const [first] = [...allowed(state).entries()].find(([, may]) => may === 1)!;
  state.accept(first);
  assert.equal(allowed(copy), allowed(tokenizer.automaton().start(100)));
  copy.accept(first);
  assert.equal(allowed(copy), allowed(state));
});

test("no more beginnings are kept than the bound, and they are found again after it", () => {
  const beginnings = new Beginnings(5);
  const on = beginnings.of(10);
  assert.is(beginnings.of(10), on);
  const one = beginnings.after(on, 1);
  assert.is(beginnings.after(on, 1), one);
  for (let id = 2; id < 40; id++) {
    beginnings.after(beginnings.of(10), id);
    assert.ok(beginnings.count <= 5, `${beginnings.count}`);
  }
  assert.is.not(beginnings.of(10), on);
});

test.run();
