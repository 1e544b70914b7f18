/**
 * Asking an automaton changes nothing: a state holds the same, private fields and all, when it was
 * asked everything as its clone that was not, and the same follows on both.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../../svg/index.ts";
import {
  type AutomatonState,
  createPathTokenizer,
  learnPathMerges,
  strokeIconOptions,
} from "../../../tokenizer/index.ts";
import { insidesOf } from "../../testing/insides.ts";
import { lucideIcons } from "../icons.ts";
import { sampledTokenizers } from "../sampled-tokenizers.ts";
import { randomNumbers, smallestBudget } from "../sampling.ts";

/** What all states share: the grammar, and what was found out about drawings that never change. */
const shared = ["#rules", "grammar", "history", "found"];

function withRuns() {
  const plain = createPathTokenizer({ options: strokeIconOptions });
  const drawings = lucideIcons().map(({ svg }) => parseDrawing(svg, plain.canonical).drawing);
  const few = drawings.filter((_, i) => i % 20 === 0);
  return learnPathMerges(plain, few, { merges: 50 }).tokenizer;
}

function ask(state: AutomatonState, logits: Float32Array): number[] {
  logits.fill(0);
  state.mask(logits);
  const ids = [...logits.keys()].filter((id) => logits[id] === 0);
  for (let id = 0; id < logits.length; id += 97) state.allows(id);
  assert.ok(state.shortestEnding <= state.budget);
  return ids;
}

for (const [name, create] of Object.entries({ ...sampledTokenizers, "path: runs": withRuns })) {
  test(`${name}: asking leaves a state as it was`, () => {
    const tokenizer = create();
    const automaton = tokenizer.automaton();
    const random = randomNumbers(7);
    const logits = new Float32Array(tokenizer.vocabulary.size);
    for (let i = 0; i < 2; i++) {
      let state = automaton.start(smallestBudget(automaton) + 12 * i);
      let held: unknown;
      for (let step = 0; !state.done; step++) {
        const clone = state.clone();
        // The inspector is slow: every third state is looked into, on turns those of all kinds.
        const isLookedInto = step % 3 === 0;
        if (isLookedInto) held = insidesOf(clone, shared);
        const ids = ask(state, logits);
        if (isLookedInto) assert.equal(insidesOf(state, shared), held);
        const id = ids[Math.floor(random() * ids.length)]!;
        // On turns with the one that was asked, and with the one that was not.
        if (random() < 0.5) [state] = [clone];
        state.accept(id);
      }
      assert.ok(JSON.stringify(held).includes("budget"), "private fields are seen");
    }
  });
}

test.run();
