/** The automata over base tokenizers accept every canonical drawing in which something shows. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CanonicalOptions,
  canonicalise,
  type Drawing,
  type DrawingElement,
  printDrawing,
} from "../../../src/svg/index.ts";
import type { Representation } from "../../../tokenizer/index.ts";
import { isVisible } from "../../../tokenizer/visibility/index.ts";
import { drawing } from "../../svg/arbitrary.ts";
import { sampledRepresentations } from "../sampled-representations.ts";
import { smallestBudget } from "../sampling.ts";

/** With a black disc over all, so that something shows on all but the narrowest canvases. */
function withDisc(plain: Drawing, canonical: CanonicalOptions): Drawing {
  const disc: DrawingElement = {
    ...{ kind: "circle", cx: 0, cy: 0, r: canonical.grid, fill: { kind: "color", rgb: 0 } },
    ...{ fillRule: "nonzero", fillOpacity: 100, stroke: null, opacity: 100 },
  };
  return canonicalise({ ...plain, elements: [...plain.elements, disc] }, canonical);
}

function firstRefused(representation: Representation, plain: Drawing): string | null {
  const ids = representation.encode(plain);
  const automaton = representation.automaton();
  // Until something shows, the ending that is known has an element that surely does.
  const state = automaton.start(ids.length + smallestBudget(automaton));
  for (const [i, id] of ids.entries()) {
    if (!state.allows(id)) return `token ${i}, ${representation.vocabulary.token(id)}`;
    state.accept(id);
  }
  return state.done ? null : "the end";
}

for (const [name, create] of Object.entries(sampledRepresentations)) {
  if (!name.includes("over")) continue;
  test(`${name}: 300 drawings of every kind`, () => {
    const representation = create();
    const { canonical } = representation;
    fc.assert(
      fc.property(drawing(canonical), (plain) => {
        const shown = withDisc(plain, canonical);
        fc.pre(isVisible(shown));
        assert.is(firstRefused(representation, shown), null, printDrawing(shown));
      }),
      { numRuns: 300, seed: 5 },
    );
  });
}

test.run();
