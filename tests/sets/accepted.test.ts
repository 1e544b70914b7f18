/**
 * Sets of real drawings: the automata accept all of them, but for a few that are named here. `SETS=all`
 * tries every file.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../src/svg/index.ts";
import {
  baseTokenizerFromJSON,
  createOmniSvgRepresentation,
  createPathRepresentation,
  createSemanticRepresentation,
  createTextRepresentation,
  type Representation,
} from "../../tokenizer/index.ts";
import { smallestBudget } from "../tokenizer/sampling.ts";
import { gpt2TokenizerJson } from "./gpt2.ts";
import { iconSets, readIcons } from "./icon-sets.ts";

const drawingsEach = process.env.SETS === "all" ? Number.POSITIVE_INFINITY : 60;
const base = baseTokenizerFromJSON(gpt2TokenizerJson());
const representations: Readonly<Record<string, Representation>> = {
  path: createPathRepresentation(),
  "path, merged": createPathRepresentation({ options: { coordinates: "merged" } }),
  "path, relative": createPathRepresentation({ options: { positions: "relative" } }),
  "path, OmniSVG's": createOmniSvgRepresentation(),
  semantic: createSemanticRepresentation({ base }),
  text: createTextRepresentation({ base }),
};

/** Their first element has a stroke too thin to be seen, which paths begin with no more. */
const refused = new Set(["kp.svg", "xx.svg"]);

for (const set of iconSets) {
  for (const [name, representation] of Object.entries(representations)) {
    test(`${set.name}, ${name}`, () => {
      const icons = readIcons(set);
      const step = Math.max(1, Math.ceil(icons.length / drawingsEach));
      const automaton = representation.automaton();
      // Until something shows, the ending that is known has an element that surely does.
      const reserve = Math.max(20, smallestBudget(automaton));
      for (const { svg, file } of icons.filter((_, i) => i % step === 0)) {
        const parsed = parseDrawing(svg, representation.canonical).drawing;
        const drawing = representation.fit?.(parsed) ?? parsed;
        // OmniSVG's vocabulary leaves nothing of what is only stroked.
        if (drawing.elements.length === 0) continue;
        const ids = representation.encode(drawing);
        const state = automaton.start(ids.length + reserve);
        const at = ids.findIndex((id) => {
          if (!state.allows(id)) return true;
          state.accept(id);
          return false;
        });
        if (name.startsWith("path") && refused.has(file)) continue;
        assert.is(at, -1, `${file}, token ${at}`);
        assert.ok(state.done, file);
      }
    });
  }
}

test.run();
