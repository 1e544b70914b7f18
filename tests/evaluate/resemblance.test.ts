/** The measure of likeness, beside figures that tests/golden/make_resemblance.py computed apart from it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type CaptionedDrawing,
  chanceOf,
  contentWords,
  IconSet,
  likeness,
  otherDesigner,
  pictureOf,
  resemblance,
} from "../../src/evaluate/index.ts";

type Rectangles = readonly (readonly [number, number, number, number])[];

interface Golden {
  readonly set: Readonly<Record<string, Rectangles>>;
  readonly drawn: Readonly<Record<string, Rectangles>>;
  readonly each: Readonly<
    Record<
      string,
      {
        readonly cosines: Readonly<Record<string, number>> | null;
        readonly rank: number | null;
        readonly sharedWord: boolean;
      }
    >
  >;
  readonly summary: Readonly<Record<"hit1" | "hit5" | "mrr" | "sharedWord", number>> & {
    readonly chance: Readonly<Record<"hit1" | "hit5" | "mrr" | "sharedWord", number>>;
  };
}

const golden: Golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../golden/resemblance.json"), "utf8"),
);

const svgOf = (rectangles: Rectangles) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${rectangles
    .map(([x, y, width, height]) => `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`)
    .join("")}</svg>`;

const set = new IconSet(
  Object.entries(golden.set).map(([caption, rectangles]) => ({
    captions: [caption],
    drawing: svgOf(rectangles),
  })),
);
const drawn = Object.entries(golden.drawn).map(([caption, rectangles]) => ({
  caption,
  drawing: svgOf(rectangles),
}));

test("cosines, ranks and shared words of single drawings", () => {
  for (const { caption, drawing } of drawn) {
    const expected = golden.each[caption]!;
    const { rank, sharedWord, rendered } = likeness({ caption, drawing }, set);
    assert.is(rendered, expected.cosines !== null, caption);
    assert.is(sharedWord, expected.sharedWord, caption);
    if (expected.cosines === null) continue;
    assert.is(rank, expected.rank, caption);
    const cosines = set.similarities(pictureOf(drawing)!);
    for (const [icon, cosine] of Object.values(expected.cosines).entries()) {
      assert.ok(
        Math.abs(cosines[icon]! - cosine) < 1e-5,
        `${caption}: ${cosines[icon]}, ${cosine}`,
      );
    }
  }
});

test("shares, reciprocal ranks and chance over all of them; what shows nothing is a miss", () => {
  const measured = resemblance(drawn, set, 1);
  assert.equal([measured.drawings, measured.withIcon, measured.unrendered], [8, 7, 1]);
  for (const name of ["hit1", "hit5", "mrr", "sharedWord"] as const) {
    const { value, low, high } = measured[name];
    assert.ok(Math.abs(value - golden.summary[name]) < 1e-12, `${name}: ${value}`);
    assert.ok(low <= value && value <= high && low < high, `${name}: ${low} to ${high}`);
    const chance = measured.chance[name];
    assert.ok(Math.abs(chance - golden.summary.chance[name]) < 1e-12, `${name}: ${chance}`);
  }
  const missing = drawn.map(({ caption }) => ({ caption, drawing: null }));
  const broken = drawn.map(({ caption }) => ({ caption, drawing: "<svg" }));
  for (const misses of [missing, broken]) {
    const { hit5, mrr, sharedWord, unrendered } = resemblance(misses, set, 1);
    assert.equal([hit5.value, mrr.value, sharedWord.value, unrendered], [0, 0, 0, 8]);
  }
});

test("a seed gives the same intervals, another seed others", () => {
  const [once, again, other] = [1, 1, 2].map((seed) => resemblance(drawn, set, seed));
  assert.equal(once, again);
  assert.not.equal(
    [once!.mrr.low, once!.hit1.high, once!.sharedWord.low, once!.mrr.high],
    [other!.mrr.low, other!.hit1.high, other!.sharedWord.low, other!.mrr.high],
  );
});

test("a caption finds its icon by any of its names, whole or up to the first comma", () => {
  const named = new IconSet([
    { captions: ["house", "home", "house, building"], drawing: svgOf([[4, 4, 24, 24]]) },
    { captions: ["door"], drawing: svgOf([[12, 8, 8, 20]]) },
  ]);
  for (const caption of ["House", "home", "house, building", "house, roof, wall"]) {
    assert.equal(named.iconsOf(caption), [0], caption);
  }
  assert.equal(named.iconsOf("roof"), []);
  const door: CaptionedDrawing = { caption: "home door", drawing: svgOf([[4, 4, 24, 24]]) };
  assert.equal(likeness(door, named), { rank: null, sharedWord: true, rendered: true });
  const { withIcon, hit1 } = resemblance([door], named, 1);
  assert.equal([withIcon, hit1.value], [0, 0]);
});

test("words that count: those of the name, without articles, prepositions and off", () => {
  assert.equal([...contentWords("Arrow-down to Line, tag, other")], ["arrow", "down", "line"]);
  assert.equal([...contentWords("bell off")], ["bell"]);
  assert.equal([...contentWords("circle x 2")], ["circle", "x", "2"]);
});

test("a drawing that is not square lies in the middle", () => {
  const wide = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 16"><rect width="32" height="16"/></svg>`;
  assert.equal(pictureOf(wide), pictureOf(svgOf([[0, 8, 32, 16]])));
});

test("Tabler's icons against the 2,176 of Lucide: the figures that were published of this measure", () => {
  const folder = join(import.meta.dirname, "../../node_modules/lucide-static/icons");
  const files = readdirSync(folder).filter((file) => file.endsWith(".svg"));
  const icons = files.sort().map((file) => ({
    captions: [file.slice(0, -".svg".length).replaceAll("-", " ")],
    drawing: readFileSync(join(folder, file), "utf8"),
  }));
  const lucide = new IconSet(icons);
  assert.is(lucide.size, 2176);
  const captions = icons.flatMap((icon) => icon.captions);
  const named = otherDesigner(captions);
  assert.ok(named);
  assert.is(named.length, 679);
  const { hit1, hit5, sharedWord } = resemblance(named.slice(0, 200), lucide, 1);
  assert.equal([hit1.value, hit5.value, sharedWord.value], [0.285, 0.355, 0.355]);
  const { sharedWord: byChance } = chanceOf(captions, lucide);
  assert.ok(Math.abs(byChance - 0.025) < 0.0005, `${byChance}`);
});

test.run();
