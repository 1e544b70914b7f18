/**
 * What does not reach the canvas is in no canonical drawing and is never printed: native renderers end
 * the process that asks them for a translucent element wholly off it. The renderer of the tests is the
 * same one, where the fault can be caught.
 */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Appearance,
  canonicalise,
  type Drawing,
  type DrawingElement,
  parseDrawing,
  printDrawing,
  type Shape,
} from "../../svg/index.ts";
import { RenderError, renderPixels } from "../../svg/render/index.ts";
import { drawing as arbitraryDrawing } from "./arbitrary.ts";

const red = { kind: "color", rgb: 0xff0000 } as const;
const look: Appearance = {
  fill: red,
  fillRule: "nonzero",
  fillOpacity: 100,
  stroke: null,
  opacity: 50,
};
const line = {
  paint: red,
  width: 4,
  cap: "butt",
  join: "miter",
  miterLimit: 4,
  dashes: [],
  dashOffset: 0,
  opacity: 100,
} as const;
const drawn = (...elements: DrawingElement[]): Drawing => ({ width: 200, height: 200, elements });
const far = { kind: "rect", x: 2000, y: 10, width: 900, height: 900, rx: 0, ry: 0 } as const;
const box = { kind: "rect", y: 10, width: 20, height: 20, rx: 0, ry: 0 } as const;
const stroked = { ...look, fill: null, stroke: line };

const off: Readonly<Record<string, Shape>> = {
  "a rectangle": { ...box, x: 300, ...look },
  "one far away": { ...far, ...look },
  "one at the edge": { ...box, x: 200, ...look },
  "a circle": { kind: "circle", cx: -20, cy: 5, r: 20, ...look },
  "a line": { kind: "line", x1: 10, y1: -2, x2: 90, y2: -2, ...stroked },
  "a polygon": {
    kind: "polygon",
    points: [
      { x: 5, y: 201 },
      { x: 50, y: 205 },
      { x: 9, y: 299 },
    ],
    ...look,
    stroke: { ...line, width: 2, join: "bevel" },
  },
  "a path whose handles reach in": {
    kind: "path",
    commands: [
      { type: "M", x: -30, y: 0 },
      { type: "C", x1: 5, y1: 10, x2: 5, y2: 40, x: -30, y: 50 },
    ],
    ...look,
  },
};

const seen: Readonly<Record<string, Shape>> = {
  "a corner": { ...box, x: 199, ...look },
  "a stroke": { kind: "line", x1: 10, y1: -1, x2: 90, y2: -1, ...stroked },
  "a square cap": {
    kind: "line",
    x1: -3,
    y1: 9,
    x2: -1,
    y2: 9,
    ...stroked,
    stroke: { ...line, cap: "square" },
  },
  "the tip of a miter": {
    kind: "polyline",
    points: [
      { x: -50, y: 95 },
      { x: -5, y: 100 },
      { x: -50, y: 105 },
    ],
    ...stroked,
    stroke: { ...line, miterLimit: 20 },
  },
  "a curve between ends that are off": {
    kind: "path",
    commands: [
      { type: "M", x: -30, y: 0 },
      { type: "C", x1: 90, y1: 10, x2: 90, y2: 40, x: -30, y: 50 },
    ],
    ...look,
  },
};

for (const [name, shape] of Object.entries(off)) {
  test(`${name} off the canvas is left out`, () => {
    const group = { kind: "group", opacity: 50, children: [shape, shape] } as const;
    for (const loose of [drawn(shape), drawn(group), drawn({ ...box, x: 5, ...look }, group)]) {
      const svg = printDrawing(loose);
      renderPixels(svg);
      const once = canonicalise(loose);
      assert.is(once.elements.length, loose.elements.length - 1);
      assert.equal(parseDrawing(svg), { drawing: once, dropped: {} });
    }
  });
}

for (const [name, shape] of Object.entries(seen)) {
  test(`what shows ${name} is kept`, () => {
    assert.is(canonicalise(drawn(shape)).elements.length, 1);
    const blank = renderPixels(printDrawing(drawn()));
    const pixels = renderPixels(printDrawing(drawn(shape)));
    assert.not.equal(pixels.data, blank.data);
  });
}

test("the renderer fails on what is left out", () => {
  const source = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">';
  const error = `${source}<rect opacity=".5" x="2000" width="900" height="900"/></svg>`;
  assert.throws(
    () => renderPixels(error),
    (thrown: unknown) => thrown instanceof RenderError,
  );
});

/** How many translucent elements lie within each other. */
function layers(elements: readonly DrawingElement[]): number {
  const depths = elements.map((element) => {
    const within = element.kind === "group" ? layers(element.children) : 0;
    return within + (element.opacity < 100 ? 1 : 0);
  });
  return Math.max(0, ...depths);
}

test("no layer that is printed makes the renderer fail, wherever it lies", () => {
  const moved = fc
    .tuple(arbitraryDrawing(), fc.integer({ min: 20, max: 200 }), fc.integer({ min: 20, max: 200 }))
    .map(([from, width, height]): Drawing => ({ ...from, width, height }))
    // One within another may still be off that one's bounds, and yet be seen.
    .filter(({ elements }) => layers(elements) <= 1);
  fc.assert(
    fc.property(moved, (loose) => {
      renderPixels(printDrawing(loose), { size: 64 });
    }),
    { numRuns: 150, seed: 4 },
  );
});

test.run();
