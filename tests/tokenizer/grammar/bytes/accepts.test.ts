/** The automata accept every canonical drawing in which something shows. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CanonicalOptions,
  canonicalise,
  type Drawing,
  type DrawingElement,
  printDrawing,
} from "../../../../svg/index.ts";
import { isVisible } from "../../../../tokenizer/grammar/visibility/index.ts";
import { drawing } from "../../../svg/arbitrary.ts";
import { Acceptance } from "../../acceptance.ts";
import { sampledTokenizers } from "../../sampled-tokenizers.ts";

/** With a black disc over all, so that something shows on all but the narrowest canvases. */
function withDisc(plain: Drawing, canonical: CanonicalOptions): Drawing {
  const disc: DrawingElement = {
    kind: "circle",
    cx: 0,
    cy: 0,
    r: canonical.grid,
    fill: { kind: "color", rgb: 0 },
    fillRule: "nonzero",
    fillOpacity: 100,
    stroke: null,
    opacity: 100,
  };
  return canonicalise({ ...plain, elements: [...plain.elements, disc] }, canonical);
}

/** Vocabularies that have no tokens for what is drawn below: colors and opacities. */
const cannotHold = new Set(["path: stroke icons", "path: one color", "path: OmniSVG's numbering"]);

for (const [name, create] of Object.entries(sampledTokenizers)) {
  if (cannotHold.has(name)) continue;
  test(`${name}: 300 drawings of every kind`, () => {
    const tokenizer = create();
    const { canonical } = tokenizer;
    const acceptance = new Acceptance(tokenizer);
    fc.assert(
      fc.property(drawing(canonical), (plain) => {
        const shown = withDisc(plain, canonical);
        fc.pre(isVisible(shown));
        assert.is(acceptance.refusedAt(shown), -1, printDrawing(shown));
      }),
      { numRuns: 300, seed: 5 },
    );
  });
}

test.run();
