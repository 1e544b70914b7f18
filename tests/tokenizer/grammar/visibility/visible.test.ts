/** What is said to show is painted by the renderer; and real drawings are said to show. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, parseDrawing, printDrawing } from "../../../../svg/index.ts";
import { renderPixels } from "../../../../svg/render/index.ts";
import { isVisible } from "../../../../tokenizer/grammar/visibility/index.ts";
import { iconSets, readIcons } from "../../../sets/icon-sets.ts";
import { drawing } from "../../../svg/arbitrary.ts";

function paints(plain: Drawing): boolean {
  const { data } = renderPixels(plain, { size: 96 });
  return data.some((value, i) => i % 4 === 3 && value > 0);
}

for (const grid of [24, 200, 1024]) {
  test(`on a grid of ${grid}, single elements that show are painted`, () => {
    let shown = 0;
    fc.assert(
      fc.property(drawing({ grid }), ({ width, height, elements }) => {
        for (const element of elements) {
          const alone: Drawing = { width, height, elements: [element] };
          if (!isVisible(alone)) continue;
          shown++;
          assert.ok(paints(alone), printDrawing(alone));
        }
      }),
      { numRuns: 1000, seed: 8 },
    );
    assert.ok(shown > 300, `${shown} show`);
  });
}

test("real drawings show", () => {
  for (const set of iconSets) {
    for (const { file, svg } of readIcons(set).filter((_, i) => i % 3 === 0)) {
      assert.ok(isVisible(parseDrawing(svg).drawing), file);
    }
  }
});

test.run();
