/**
 * Sets of real drawings over GPT-2's published vocabulary: the automata accept all of them. `SETS=all`
 * tries every file.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../../src/svg/index.ts";
import { baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { createSemanticRepresentation } from "../../../tokenizer/semantic/index.ts";
import { createTextRepresentation } from "../../../tokenizer/text/index.ts";
import { gpt2TokenizerJson } from "../../sets/gpt2.ts";
import { iconSets, readIcons } from "../../sets/icon-sets.ts";
import { smallestBudget } from "../sampling.ts";

const drawingsEach = process.env.SETS === "all" ? Number.POSITIVE_INFINITY : 60;
const base = baseTokenizerFromJSON(gpt2TokenizerJson());
const representations = [
  createSemanticRepresentation({ base }),
  createTextRepresentation({ base }),
];
for (const set of iconSets) {
  for (const representation of representations) {
    test(`${set.name}, ${representation.name}`, () => {
      const icons = readIcons(set);
      const step = Math.max(1, Math.ceil(icons.length / drawingsEach));
      const automaton = representation.automaton();
      // Until something shows, the ending that is known has an element that surely does.
      const reserve = smallestBudget(automaton);
      for (const { svg, file } of icons.filter((_, i) => i % step === 0)) {
        const { drawing } = parseDrawing(svg, representation.canonical);
        const ids = representation.encode(drawing);
        const state = automaton.start(ids.length + reserve);
        ids.forEach((id, i) => {
          assert.ok(state.allows(id), `${file}, token ${i}`);
          state.accept(id);
        });
        assert.ok(state.done, file);
      }
    });
  }
}

test.run();
