import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type AutomatonState,
  createPathTokenizer,
  strokeIconOptions,
} from "../../../tokenizer/index.ts";
import { randomNumbers, sampleIds } from "../sampling.ts";

const grammar = suite("the automaton of the path representation");
const icons = createPathTokenizer({ options: strokeIconOptions });

function id(token: string): number {
  return icons.vocabulary.id(`<|${token}|>`)!;
}

function after(budget: number, tokens: string): AutomatonState {
  const state = icons.automaton().start(budget);
  for (const token of tokens.split(" ")) state.accept(id(token));
  return state;
}

grammar("masks all but the tokens that may follow", () => {
  const state = after(40, "drawing path x8 y8");
  const logits = new Float32Array(icons.vocabulary.size + 10).fill(1);
  state.mask(logits);
  const allowed = [...logits.keys()].filter((token) => logits[token] === 1);
  assert.equal(
    allowed,
    ["L", "H", "V", "Q", "C", "Z", "A1:00", "A1:01", "A1:10", "A1:11"]
      .concat(["A2:00", "A2:01", "A2:10", "A2:11", "A3:00", "A3:01", "A3:10", "A3:11"])
      .map(id)
      .sort((a, b) => a - b),
  );
  assert.ok(allowed.every((token) => state.allows(token)));
});

grammar("takes points off the canvas, whatever its shape, and knows what of it shows", () => {
  const state = after(60, "drawing width 2.. 0 circle");
  for (const token of ["x32", "x33", "plus", "minus"]) assert.ok(state.allows(id(token)), token);
  assert.ok(after(60, "drawing width 2.. 0 circle x32 y8 r4").allows(id("eos")));
  for (const off of ["x40", "minus 8", "plus 6.. 1"]) {
    assert.not(after(60, `drawing width 2.. 0 circle ${off} y8 r4`).allows(id("eos")), off);
  }
  const line = "drawing path minus 4 y8";
  assert.not(after(60, `${line} H minus 9`).allows(id("eos")));
  assert.ok(after(60, `${line} H x8`).allows(id("eos")));
});

grammar("does not end before something shows", () => {
  assert.not(after(40, "drawing").allows(id("eos")));
  assert.ok(after(40, "drawing circle x8 y8 r4").allows(id("eos")));
  assert.ok(after(40, "drawing stroke-width 1 circle x8 y8 r4").allows(id("eos")));
  assert.not(after(40, "drawing cap:butt path x8 y8 H x8").allows(id("eos")));
  assert.ok(after(40, "drawing path x8 y8 H x8").allows(id("eos")), "a round dot");
});

grammar("refuses elements with neither fill nor stroke", () => {
  const state = after(40, "drawing stroke");
  assert.not(state.allows(id("none")));
  const filled = after(40, "drawing currentColor stroke none");
  assert.ok(filled.allows(id("circle")));
});

grammar("counts the shortest ending", () => {
  assert.is(after(40, "drawing").shortestEnding, 5, "circle x y r eos");
  assert.is(after(40, "drawing circle").shortestEnding, 4);
  assert.is(after(40, "drawing path x8").shortestEnding, 4, "y H x eos");
  assert.is(after(40, "drawing path x8 y8 L x9").shortestEnding, 6, "y circle x y r eos");
  assert.is(
    after(40, "drawing cap:butt path x8 y8 L x9 y8").shortestEnding,
    5,
    "too short to be seen",
  );
  assert.is(after(40, "drawing path x8 y8 L x10 y8").shortestEnding, 1);
  assert.is(after(40, "drawing circle x8 y8 r4").shortestEnding, 1);
});

grammar("ends exactly where the budget does", () => {
  const state = after(6, "drawing circle x8 y8");
  assert.is(state.budget, 2);
  assert.is(state.shortestEnding, 2);
  assert.not(state.allows(id("r1")), "what might not be seen would need another circle");
  state.accept(id("r12"));
  state.accept(id("eos"));
  assert.ok(state.done);
});

grammar("has an ending as short as it says, and no shorter one once something shows", () => {
  const small = createPathTokenizer({
    options: { ...strokeIconOptions, grid: 8, shapes: false, arcs: false, quadratics: false },
  });
  const { size } = small.vocabulary;
  const endsWithin = (state: AutomatonState, tokens: number): boolean => {
    for (let token = 256; token < size; token++) {
      if (!state.allows(token)) continue;
      const next = state.clone();
      next.accept(token);
      if (next.done || (tokens > 1 && endsWithin(next, tokens - 1))) return true;
    }
    return false;
  };
  const random = randomNumbers(3);
  const logits = new Float32Array(size);
  for (let i = 0; i < 30; i++) {
    const ids = sampleIds(small.automaton().start(30), logits, random, () => false);
    const state = small.automaton().start(30);
    for (const token of ids.slice(0, Math.floor(random() * ids.length))) state.accept(token);
    const { shortestEnding } = state;
    if (shortestEnding <= 3) assert.ok(endsWithin(state, shortestEnding));
    const shows = endsWithin(state, 1);
    assert.not(shows && shortestEnding > 1);
  }
});

grammar("leads no number beyond its bounds, however large the budget is", () => {
  for (const budget of [40, 10_000, Number.POSITIVE_INFINITY]) {
    const width = after(budget, "drawing stroke-width 2.. 4..");
    assert.ok(width.allows(id("c")));
    assert.not(width.allows(id("c..")), `of ${budget}`);
    const far = after(budget, "drawing circle plus 6..");
    assert.not(far.allows(id("0")), "x96 has a token of its own");
  }
});

grammar("refuses what may not follow, and budgets without a drawing", () => {
  assert.throws(() => after(40, "drawing drawing"), /may not follow/);
  assert.throws(() => icons.automaton().start(5), /6 tokens at least, not 5/);
  assert.throws(() => icons.automaton().start(Number.NaN), RangeError);
});

grammar("a clone goes its own way", () => {
  const state = after(40, "drawing circle x8");
  const clone = state.clone();
  clone.accept(id("y9"));
  assert.is(clone.budget, state.budget - 1);
  state.accept(id("y10"));
  clone.accept(id("r4"));
  assert.ok(clone.allows(id("eos")));
  assert.not(state.allows(id("eos")));
});

grammar.run();
