/**
 * Sets of real drawings over GPT-2's published vocabulary: every drawing comes back exactly, and the
 * automata accept those whose canvas is no narrower than half its length and whose points lie no
 * further than half of it off the canvas.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../../src/svg/index.ts";
import { baseTokenizerFromJSON } from "../../../tokenizer/base/index.ts";
import { createSemanticRepresentation } from "../../../tokenizer/semantic/index.ts";
import { createTextRepresentation } from "../../../tokenizer/text/index.ts";
import { gpt2TokenizerJson } from "../../sets/gpt2.ts";
import { iconSets, readIcons } from "../../sets/icon-sets.ts";

const drawingsEach = 60;
const base = baseTokenizerFromJSON(gpt2TokenizerJson());
const representations = [
  createSemanticRepresentation({ base }),
  createTextRepresentation({ base }),
];
/** Shares that must be accepted; flags are cut from larger drawings, which reach far off. */
const leastAccepted: Readonly<Record<string, number>> = { Flags: 0.7 };

for (const set of iconSets) {
  for (const representation of representations) {
    test(`${set.name}, ${representation.name}`, () => {
      const icons = readIcons(set);
      const step = Math.ceil(icons.length / drawingsEach);
      const chosen = icons.filter((_, i) => i % step === 0);
      const automaton = representation.automaton();
      let accepted = 0;
      for (const { svg, file } of chosen) {
        const { drawing } = parseDrawing(svg, representation.canonical);
        const ids = representation.encode(drawing);
        assert.equal(representation.decode(ids), drawing, file);
        const state = automaton.start(ids.length + 40);
        const fits = ids.every((id) => {
          if (!state.allows(id)) return false;
          state.accept(id);
          return true;
        });
        if (fits) accepted++;
      }
      assert.ok(accepted >= (leastAccepted[set.name] ?? 0.97) * chosen.length, `${accepted}`);
    });
  }
}

test.run();
