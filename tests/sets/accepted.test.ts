/**
 * Sets of real drawings: the automata accept all of them, but for a few that are named here. `SETS=all`
 * tries every file.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../svg/index.ts";
import { Acceptance } from "../tokenizer/acceptance.ts";
import { decodedTokenizers } from "./decoded-tokenizers.ts";
import { iconSets, readIcons } from "./icon-sets.ts";

const drawingsEach = process.env.SETS === "all" ? Number.POSITIVE_INFINITY : 60;
/** Their first element has a stroke too thin to be seen, which paths begin with no more. */
const refused = new Set(["kp.svg", "xx.svg"]);

for (const set of iconSets) {
  for (const [name, tokenizer] of Object.entries(decodedTokenizers())) {
    test(`${set.name}, ${name}`, () => {
      const icons = readIcons(set);
      const step = Math.max(1, Math.ceil(icons.length / drawingsEach));
      const acceptance = new Acceptance(tokenizer);
      for (const { svg, file } of icons.filter((_, i) => i % step === 0)) {
        const parsed = parseDrawing(svg, tokenizer.canonical).drawing;
        const drawing = tokenizer.fit?.(parsed) ?? parsed;
        // OmniSVG's vocabulary leaves nothing of what is only stroked.
        if (drawing.elements.length === 0) continue;
        if (name.startsWith("path") && refused.has(file)) continue;
        assert.is(acceptance.refusedAt(drawing), -1, file);
      }
    });
  }
}

test.run();
