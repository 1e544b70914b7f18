import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../../svg/index.ts";
import {
  createPathTokenizer,
  defaultPathOptions,
  type PathOptions,
  strokeIconOptions,
} from "../../../tokenizer/index.ts";
import { type Icon, lucideIcons, tablerFilledIcons } from "../icons.ts";

/** Until something shows, the automaton keeps tokens for an ending that surely does. */
const reserve = 6;

/** Encodes, decodes and compares every icon; the tokens of each. */
function roundTrip(icons: readonly Icon[], options: PathOptions) {
  const tokenizer = createPathTokenizer({ options });
  const { vocabulary, canonical } = tokenizer;
  const beside = [vocabulary.id("<|plus|>")!, vocabulary.id("<|minus|>")!];
  const automaton = tokenizer.automaton();
  return icons.map(({ file, svg }) => {
    const { drawing } = parseDrawing(svg, canonical);
    const ids = tokenizer.encode(drawing);
    assert.equal(tokenizer.decode(ids), drawing, file);
    const onCanvas = !ids.some((id) => beside.includes(id));
    let accepted = true;
    const state = automaton.start(ids.length + reserve);
    for (const id of ids) {
      accepted &&= state.allows(id);
      if (accepted) state.accept(id);
    }
    return { file, tokens: ids.length, onCanvas, accepted };
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const lucide = lucideIcons();

for (const positions of ["absolute", "relative"] as const) {
  test(`every Lucide icon comes back exactly, ${positions}`, () => {
    const results = roundTrip(lucide, { ...strokeIconOptions, positions });
    assert.ok(results.length > 2000);
    assert.ok(mean(results.map(({ tokens }) => tokens)) < 46);
  });
}

test("the automaton accepts every Lucide icon within the canvas, in few tokens more than it takes", () => {
  const results = roundTrip(lucide, strokeIconOptions);
  const within = results.filter(({ onCanvas }) => onCanvas);
  assert.ok(within.length > 0.99 * results.length);
  assert.equal(
    within.filter(({ accepted }) => !accepted),
    [],
  );
});

test("every fourth filled Tabler icon comes back exactly, with merged points as well", () => {
  const icons = tablerFilledIcons().filter((_, i) => i % 4 === 0);
  const separate = roundTrip(icons, defaultPathOptions);
  const merged = roundTrip(icons, { ...defaultPathOptions, coordinates: "merged" });
  assert.ok(separate.length > 200);
  const tokens = (results: typeof merged) => mean(results.map(({ tokens }) => tokens));
  assert.ok(tokens(merged) < 0.8 * tokens(separate), `${tokens(merged)} ${tokens(separate)}`);
});

test.run();
