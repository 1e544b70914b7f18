/** The order `sorted`: what may stand in any order is written in one, and looks the same. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { canonicalise, drawingsEqual, parseDrawing } from "../../svg/index.ts";
import { pixelError, renderPixels } from "../../svg/render/index.ts";
import { iconSets } from "../sets/icon-sets.ts";
import { sampleOf } from "../sets/sample.ts";

const sorted = { grid: 24, order: "sorted" } as const;
const outline = 'fill="none" stroke="currentColor" stroke-width="2"';

function parsed(body: string, attributes = outline) {
  return parseDrawing(`<svg viewBox="0 0 24 24" ${attributes}>${body}</svg>`, sorted).drawing;
}

/** Each line holds ways to write one picture. */
const same = [
  [
    '<path d="M5 12h14"/><path d="m12 5 7 7-7 7"/>',
    '<path d="m12 19 7-7-7-7"/><path d="M19 12H5"/>',
  ],
  ['<line x1="4" y1="2" x2="9" y2="8"/>', '<line x1="9" y1="8" x2="4" y2="2"/>'],
  ['<path d="M5 5h8v6h-8z"/>', '<path d="M13 11v-6h-8v6z"/>', '<path d="M13 5h-8v6h8v-6z"/>'],
  [
    '<path d="M4 12a8 8 0 0 1 16 0a8 8 0 0 1-16 0z"/>',
    '<path d="M20 12a8 8 0 0 0-16 0a8 8 0 0 0 16 0z"/>',
  ],
  ['<path d="M2 3c1 4 5 6 9 2"/>', '<path d="M11 5c-4 4-8 2-9-2"/>'],
  ['<path d="M2 3q1 4 9 2M4 20h3"/>', '<path d="M7 20h-3M11 5q-8 2-9-2"/>'],
  ['<path d="M2 3h9M4 20h3"/>', '<path d="M7 20h-3"/><path d="M2 3h9"/>'],
  ['<polygon points="3,3 9,3 6,9"/>', '<polygon points="6,9 9,3 3,3"/>'],
  ['<polyline points="3,3 9,3 6,9"/>', '<polyline points="6,9 9,3 3,3"/>'],
  [
    '<circle cx="9" cy="9" r="2"/><path d="M3 1h2"/>',
    '<path d="M5 1h-2"/><circle cx="9" cy="9" r="2"/>',
  ],
];

for (const [first, ...others] of same) {
  test(`${first} in other orders is one drawing`, () => {
    for (const other of others) assert.equal(parsed(other), parsed(first!), other);
  });
}

/** Each line: two pictures that must stay apart. */
const apart: readonly (readonly [why: string, one: string, other: string, attributes?: string])[] =
  [
    [
      "what is painted over what",
      '<rect fill="red" width="9" height="9"/><rect fill="blue" width="8" height="12"/>',
      '<rect fill="blue" width="8" height="12"/><rect fill="red" width="9" height="9"/>',
      "",
    ],
    [
      "a translucent colour",
      '<rect opacity=".5" width="9" height="9"/><rect width="8" height="12"/>',
      '<rect width="8" height="12"/><rect opacity=".5" width="9" height="9"/>',
      "",
    ],
    [
      "where dashes begin",
      '<path stroke-dasharray="2 1" d="M2 2h9"/>',
      '<path stroke-dasharray="2 1" d="M11 2h-9"/>',
    ],
    [
      "a hole by the way round",
      '<path d="M2 2h12v12h-12zM5 5h6v6h-6z"/>',
      '<path d="M2 2h12v12h-12zM5 5v6h6v-6z"/>',
      "",
    ],
  ];

for (const [why, one, other, attributes] of apart) {
  test(`${why} stays`, () => {
    assert.not(drawingsEqual(parsed(one, attributes), parsed(other, attributes)));
  });
}

test("groups keep their places, and what is in them is sorted", () => {
  const drawing = parsed(
    '<g opacity=".5"><path d="M2 9h9"/><path d="M2 3h9"/></g><path d="M2 1h9"/>',
  );
  const [group, last] = drawing.elements;
  assert.is(group?.kind, "group");
  assert.is(last?.kind, "path");
  const [first] = group?.kind === "group" ? group.children : [];
  assert.equal(first?.kind === "path" && first.commands[0], { type: "M", x: 2, y: 3 });
});

const look = { size: 96, background: "white" };

for (const set of iconSets) {
  test(`${set.name}: the pictures stay, and sorting twice changes nothing`, () => {
    for (const { file, svg } of sampleOf(set, 12)) {
      const kept = parseDrawing(svg, { grid: 96 }).drawing;
      const drawing = canonicalise(kept, { grid: 96, order: "sorted" });
      assert.ok(drawingsEqual(canonicalise(drawing, { grid: 96, order: "sorted" }), drawing), file);
      const error = pixelError(renderPixels(kept, look), renderPixels(drawing, look));
      assert.ok(error < 0.001, `${file}: ${100 * error} %`);
    }
  });
}

test.run();
