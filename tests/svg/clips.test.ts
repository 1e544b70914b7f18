/** Clip paths and masks as geometry: what is left is what renderers show, and the rest is counted. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawingsEqual, isCanonical, parseDrawing } from "../../svg/index.ts";
import { BooleanBudget, combineAreas } from "../../svg/path/boolean.ts";
import { dashedPath } from "../../svg/path/dash.ts";
import { signedArea } from "../../svg/path/flatten.ts";
import { SegmentList } from "../../svg/path/segments.ts";
import { strokeArea } from "../../svg/path/stroke.ts";
import { pixelError, renderPixels } from "../../svg/render/index.ts";

const svg = (inside: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">${inside}</svg>`;
const look = { size: 200, background: "#ffffff" };
const blob = '<path fill="#c33" d="M10 60C10 10 90 0 90 50S40 110 10 60z"/>';
const clip = (shapes: string, more = "") => `<clipPath id="c"${more}>${shapes}</clipPath>`;
const mask = (shapes: string, more = "") => `<mask id="m"${more}>${shapes}</mask>`;
const clipped = `<g clip-path="url(#c)">${blob}</g>`;
const masked = `<g mask="url(#m)">${blob}</g>`;

const held: Record<string, string> = {
  "a circle": `${clip('<circle cx="40" cy="50" r="30"/>')}${clipped}`,
  "a curve": `${clip('<path d="M50 0Q100 40 50 60T30 100L90 90z"/>')}${clipped}`,
  "a ring by its rule": `${clip('<path clip-rule="evenodd" d="M10 50a40 40 0 1 1 80 0a40 40 0 1 1-80 0zm20 0a20 20 0 1 0 40 0a20 20 0 1 0-40 0z"/>')}${clipped}`,
  "shapes that turn against each other": `${clip('<path d="M10 10h50v50h-50z"/><path d="M40 40v50h50v-50z"/>')}${clipped}`,
  "one of its own clip": `<clipPath id="d"><circle cx="60" cy="60" r="35"/></clipPath>${clip('<circle cx="40" cy="50" r="30"/>', ' clip-path="url(#d)"')}${clipped}`,
  "units of a box": `${clip('<circle cx=".5" cy=".5" r=".4"/>', ' clipPathUnits="objectBoundingBox"')}<g clip-path="url(#c)"><path fill="#c33" d="M10 20L90 10L80 80z"/></g>`,
  "a use, turned": `<defs><ellipse id="e" cx="50" cy="50" rx="40" ry="20"/></defs>${clip('<use xlink:href="#e" transform="rotate(30 50 50)"/>')}${clipped}`,
  "a ring clipped": `${clip('<circle cx="40" cy="50" r="30"/>')}<path clip-path="url(#c)" fill-rule="evenodd" fill="#28c" d="M20 50a30 30 0 1 1 60 0a30 30 0 1 1-60 0zm15 0a15 15 0 1 0 30 0a15 15 0 1 0-30 0z"/>`,
  "a white mask": `${mask('<circle cx="40" cy="50" r="30" fill="#fff"/>')}${masked}`,
  "a mask with a hole": `${mask('<path fill="white" d="M0 0h100v100H0z"/><circle cx="50" cy="50" r="20"/>')}${masked}`,
  "a mask by alpha": `${mask('<path d="M10 10h60v70z" fill="#d9d9d9"/>', ' mask-type="alpha"')}${masked}`,
  "a mask of one grey": `${mask('<circle cx="40" cy="50" r="30" fill="#888"/><circle cx="60" cy="50" r="30" fill="#888"/>')}${masked}`,
  "a mask of a colour, with a hole": `${mask('<path fill="#fc0" d="M0 0h100v100H0z"/><circle cx="50" cy="50" r="20"/>')}${masked}`,
  "a translucent mask": `${mask('<rect width="100" height="60" fill="#fff" fill-opacity=".4"/>')}${masked}`,
  "a mask of a translucent group": `${mask('<g opacity=".5"><rect width="100" height="60" fill="#fff"/></g>')}${masked}`,
  "an opacity as cairo writes it": `<filter id="a" x="0%" y="0%" width="100%" height="100%"><feColorMatrix values="0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 1 0"/></filter>${mask('<g filter="url(#a)"><rect width="100" height="100" fill-opacity=".35"/></g>')}${masked}`,
  "an opacity as cairo writes it, in fewer words": `<filter id="a" x="0" y="0" width="1" height="1"><feColorMatrix values="0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 1 0"/></filter>${mask('<g filter="url(#a)"><rect width="100" height="100" fill-opacity=".35"/></g>')}${masked}`,
  "a mask in its rectangle": `${mask('<g fill="#fff"><circle cx="50" cy="50" r="40"/></g>', ' maskUnits="userSpaceOnUse" x="20" y="20" width="40" height="60"')}${masked}`,
};

for (const [name, inside] of Object.entries(held)) {
  test(`held: ${name}`, () => {
    const source = svg(inside);
    const { drawing, dropped } = parseDrawing(source);
    assert.equal(dropped, {});
    const error = (4 / 3) * pixelError(renderPixels(source, look), renderPixels(drawing, look));
    assert.ok(error < 0.006, `${error}`);
    const whole = renderPixels(parseDrawing(svg(blob)).drawing, look);
    assert.ok(pixelError(whole, renderPixels(drawing, look)) > 0.01);
    assert.ok(drawingsEqual(parseDrawing(source, { strict: true }).drawing, drawing));
  });
}

const round = clip('<circle cx="40" cy="50" r="30"/>');
const crossing: Readonly<Record<string, string>> = {
  "a line": '<path d="M0 50h100" stroke="#000" stroke-width="9"/>',
  "corners, mitred and bevelled":
    '<path d="M5 20L60 40L30 95" fill="none" stroke="#06c" stroke-width="12"/><path d="M95 10L30 45L95 60" fill="none" stroke="#c60" stroke-width="7" stroke-linejoin="bevel"/>',
  "round corners and ends":
    '<path d="M20 50L50 30L45 70L90 60" fill="none" stroke="#08a" stroke-width="11" stroke-linejoin="round" stroke-linecap="round"/>',
  "curves and arcs":
    '<path d="M5 50C20 0 60 0 60 50S100 100 95 20" fill="none" stroke="#a0c" stroke-width="8"/><path d="M10 70A30 30 0 0 1 60 80A20 10 30 0 0 90 90" fill="none" stroke="#222" stroke-width="5" stroke-linecap="square"/>',
  "a closed shape, filled":
    '<path d="M30 20L95 50L30 80z" fill="#fc6" stroke="#930" stroke-width="8"/>',
  "a circle": '<circle cx="60" cy="50" r="22" fill="#ff8" stroke="#550" stroke-width="10"/>',
  "a disc that its stroke fills":
    '<circle cx="60" cy="50" r="9" fill="none" stroke="#550" stroke-width="24"/>',
  "translucent stroke and fill":
    '<path d="M30 20L95 50L30 80z" fill="#fc6" fill-opacity=".5" stroke="#930" stroke-width="8" stroke-opacity=".6" opacity=".8"/>',
  "dashes of a line, of corners and with an offset":
    '<path d="M0 50h100" stroke="#000" stroke-width="9" stroke-dasharray="9"/><path d="M5 20L60 40L30 95" fill="none" stroke="#06c" stroke-width="6" stroke-dasharray="14 6 3" stroke-dashoffset="5"/>',
  "dashes of curves and circles":
    '<path d="M5 50C20 0 60 0 60 50S100 100 95 20" fill="none" stroke="#a0c" stroke-width="6" stroke-dasharray="12 4"/><circle cx="55" cy="60" r="22" fill="none" stroke="#550" stroke-width="5" stroke-dasharray="10 5" stroke-dashoffset="-3"/>',
  "dots by their round ends":
    '<path d="M5 40h90" stroke="#06c" stroke-width="8" stroke-linecap="round" stroke-dasharray="0 12"/><path d="M5 70L95 60" stroke="#083" stroke-width="8" stroke-linecap="square" stroke-dasharray="0 14"/>',
  "dashes of a closed shape, filled":
    '<path d="M30 20L95 50L30 80z" fill="#fc6" stroke="#930" stroke-width="8" stroke-dasharray="20 7" stroke-dashoffset="9"/>',
  "a gradient":
    '<linearGradient id="g" gradientUnits="userSpaceOnUse" x2="80"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient><path d="M0 60Q50 20 100 60" fill="none" stroke="url(#g)" stroke-width="14"/>',
};
for (const [name, shapes] of Object.entries(crossing)) {
  test(`strokes that are cut as their outlines: ${name}`, () => {
    const source = svg(`${round}<g clip-path="url(#c)">${shapes}</g>`);
    const { drawing, dropped } = parseDrawing(source);
    assert.equal(dropped, {});
    assert.is(isCanonical(drawing), null);
    const error = (4 / 3) * pixelError(renderPixels(source, look), renderPixels(drawing, look));
    if (process.env.SHOW) console.log(name, error.toFixed(4));
    assert.ok(error < 0.006, `${error}`);
    const whole = parseDrawing(svg(shapes)).drawing;
    assert.ok(pixelError(renderPixels(whole, look), renderPixels(drawing, look)) > 0.01);
  });
}

test("a stroke whose clip cuts nothing away stays a stroke, though its box reaches beyond", () => {
  const shapes = '<path d="M20 35L60 35M40 70v5" stroke="#000" stroke-width="6" fill="none"/>';
  const around = clip('<path d="M15 20H65V45H50V90H30V45H15z"/>');
  const { drawing, dropped } = parseDrawing(svg(`${around}<g clip-path="url(#c)">${shapes}</g>`));
  assert.equal(dropped, {});
  assert.ok(drawingsEqual(drawing, parseDrawing(svg(shapes)).drawing));
});

function zigzag(pieces: number): SegmentList {
  const path = new SegmentList();
  path.move(0, 0);
  for (let i = 1; i <= pieces; i++) path.cubic(i, 9, i + 1, -9, i, (i % 2) * 5);
  return path;
}

test("strokes that cost too much to outline are left whole, and what they cost is told beforehand", () => {
  const pen = { width: 1, cap: "round", join: "round", miterLimit: 4 } as const;
  const budget = new BooleanBudget();
  const before = budget.comparisons;
  const line = new SegmentList();
  line.move(0, 0);
  line.line(50, 0);
  assert.ok(strokeArea(line, pen, budget) !== null);
  assert.ok(budget.comparisons < before, "it is charged");
  assert.is(strokeArea(zigzag(300), pen, budget), null);
  assert.is(strokeArea(line, pen, { comparisons: -1 }), null);
  const few = { comparisons: 10 };
  assert.is(strokeArea(line, pen, few), null);
  assert.ok(few.comparisons < 0, "nothing is outlined after it");
});

/** How often a distance is computed. */
function distances(run: () => void): number {
  const { hypot } = Math;
  let count = 0;
  Math.hypot = (...values) => {
    count++;
    return hypot(...values);
  };
  try {
    run();
  } finally {
    Math.hypot = hypot;
  }
  return count;
}

test("paths of too many pieces for dashes are not measured, however often they are clipped", () => {
  const curves = Array.from({ length: 4000 }, (_, i) => `Q${i % 90} ${i % 70} ${i % 80} ${i % 97}`);
  const stroked = (more: string) => {
    const path = `<path fill="none" stroke="#000" ${more} d="M0 50${curves.join("")}"/>`;
    const twice = `<g clip-path="url(#c)"><g clip-path="url(#c)">${path}</g></g>`;
    return svg(`${round}${twice}`);
  };
  const [solid, dashed] = ["", 'stroke-dasharray="4 4"'].map((more) => {
    const source = stroked(more);
    return distances(() => assert.equal(parseDrawing(source).dropped, { "clip-path": 2 }));
  });
  assert.ok(dashed! < solid! + 4000, `${dashed} distances against ${solid}`);
});

test("what dashes cost is charged, and ends with what is left", () => {
  const pattern = { dashes: [4, 4], dashOffset: 0, cap: "butt" } as const;
  const budget = new BooleanBudget();
  const before = budget.comparisons;
  assert.ok(dashedPath(zigzag(20), pattern, budget) !== null);
  assert.ok(before - budget.comparisons > 20 * 64, "each place along a curve");
  const few = { comparisons: 20 * 64 };
  assert.is(dashedPath(zigzag(20), pattern, few), null);
  assert.ok(few.comparisons < 0, "nothing is dashed after it");
  const fine = { dashes: [0, 1e-9], dashOffset: 0, cap: "butt" } as const;
  const made = distances(() => assert.is(dashedPath(zigzag(1), fine, budget), null));
  assert.ok(made < 200, "dashes are not made to be counted");
});

test("many strokes that show one dash each are dashed", () => {
  const strokes = Array.from(
    { length: 130 },
    (_, i) => `M${2 + 7 * (i % 13)} ${3 + 9 * Math.floor(i / 13)}h3`,
  );
  const path = `<path fill="none" stroke="#06c" stroke-width="3" stroke-dasharray="4 4" d="${strokes.join("")}"/>`;
  const source = svg(`${round}<g clip-path="url(#c)">${path}</g>`);
  const { drawing, dropped } = parseDrawing(source);
  assert.equal(dropped, {});
  const error = (4 / 3) * pixelError(renderPixels(source, look), renderPixels(drawing, look));
  assert.ok(error < 0.006, `${error}`);
});

test("a curved clip that cuts nothing away leaves no trace, and one beside leaves nothing", () => {
  const whole = parseDrawing(svg(blob)).drawing;
  const around = `${clip('<circle cx="50" cy="50" r="60"/>')}${clipped}`;
  // Its own outline, a box of which reaches beyond it.
  const itself = `${clip(blob)}${clipped}`;
  for (const inside of [around, itself]) {
    const { drawing, dropped } = parseDrawing(svg(inside));
    assert.equal(dropped, {});
    assert.ok(drawingsEqual(drawing, whole));
  }
  const beside = parseDrawing(svg(`${clip('<circle cx="92" cy="92" r="7"/>')}${clipped}`));
  assert.equal(beside, { drawing: { ...whole, elements: [] }, dropped: {} });
});

const white = "0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 1 0";
/** Through a filter like cairo's, but for what its matrix says besides. */
const whitened = (more: string) =>
  `<filter id="a" x="0" y="0" width="1" height="1"><feColorMatrix values="${white}" ${more}/></filter>${mask('<g filter="url(#a)"><rect width="100" height="100" fill-opacity=".35"/></g>')}${masked}`;
const grey = '<circle cx="40" cy="50" r="30" fill="#808080"/>';

test("cairo's filter may say what it says anyhow", () => {
  const plain = parseDrawing(svg(whitened("")));
  assert.equal(plain.dropped, {});
  const said = 'type="matrix" in="SourceGraphic" color-interpolation-filters="sRGB"';
  assert.ok(drawingsEqual(parseDrawing(svg(whitened(said))).drawing, plain.drawing));
});

const counted: Record<string, [reason: string, inside: string]> = {
  "more dashes than are cut": [
    "clip-path",
    `${clip('<circle cx="40" cy="50" r="30"/>')}<g clip-path="url(#c)"><path d="M0 50h100" stroke="#000" stroke-width="9" stroke-dasharray=".1"/></g>`,
  ],
  "a mask of two greys": [
    "mask",
    `${mask('<circle cx="40" cy="50" r="30" fill="#888"/><circle cx="60" cy="50" r="30" fill="#ccc"/>')}${masked}`,
  ],
  "a mask of a gradient": [
    "mask",
    `<linearGradient id="g"><stop stop-color="#fff"/><stop offset="1"/></linearGradient>${mask('<rect width="100" height="100" fill="url(#g)"/>')}${masked}`,
  ],
  "a mask through a filter that cuts it": [
    "mask",
    `<filter id="a" x="0" y="0" width=".5" height="1"><feColorMatrix values="0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 1 0"/></filter>${mask('<g filter="url(#a)"><rect width="100" height="100" fill-opacity=".35"/></g>')}${masked}`,
  ],
  "a mask through a filter": [
    "mask",
    `<filter id="f"><feGaussianBlur stdDeviation="4"/></filter>${mask('<g filter="url(#f)"><rect width="60" height="60" fill="#fff"/></g>')}${masked}`,
  ],
  "a mask through a filter of a part": ["mask", whitened('x=".2" width=".3"')],
  "a mask through a filter of another kind": ["mask", whitened('type="luminanceToAlpha"')],
  "a mask through a filter of something else": ["mask", whitened('in="BackgroundImage"')],
  "a grey of linear light": ["mask", `${mask(grey, ' color-interpolation="linearRGB"')}${masked}`],
  "a grey of linear light by its style": [
    "mask",
    `${mask(grey, ' style="color-interpolation:linearRGB"')}${masked}`,
  ],
  "a grey of linear light by a style sheet": [
    "mask",
    `<style>mask{color-interpolation:linearRGB}</style>${mask(grey)}${masked}`,
  ],
  "a grey of linear light by a group around": [
    "mask",
    `<g color-interpolation="linearRGB">${mask(grey)}</g>${masked}`,
  ],
  "a mask with a stroke": [
    "mask",
    `${mask('<circle cx="40" cy="50" r="30" fill="#fff" stroke="#fff"/>')}${masked}`,
  ],
  "a clip in a circle": [
    "clip-path",
    `${clip('<circle cx="40" cy="50" r="30"/>', ' clip-path="url(#c)"')}${clipped}`,
  ],
  "too many crossings": [
    "clip-path",
    `${clip(`<path d="${comb(90, "h")}"/>`)}<path fill="#000" clip-path="url(#c)" d="${comb(90, "v")}"/>`,
  ],
};

for (const [name, [reason, inside]] of Object.entries(counted)) {
  test(`counted: ${name}`, () => {
    const { dropped, drawing } = parseDrawing(svg(inside));
    assert.equal(Object.keys(dropped), [reason]);
    assert.ok(drawing.elements.length > 0);
  });
}

/** Teeth across the whole picture. */
function comb(teeth: number, axis: "h" | "v"): string {
  const other = axis === "h" ? "v" : "h";
  const step = 100 / (2 * teeth);
  return `M0 0${`${axis}100${other}${step}${axis}-100${other}${step}`.repeat(teeth)}z`;
}

const corner = fc.record({
  x: fc.integer({ min: 0, max: 60 }),
  y: fc.integer({ min: 0, max: 60 }),
});
const triangle = fc.tuple(corner, corner, corner).map((corners) => {
  const segments = new SegmentList();
  for (const [i, { x, y }] of corners.entries()) {
    if (i === 0) segments.move(x, y);
    else segments.line(x, y);
  }
  segments.close();
  return { segments, evenOdd: false };
});

test("areas add up: both, and either without the other", () => {
  const size = (area: { segments: SegmentList } | null) =>
    area === null ? null : Math.abs(signedArea(area.segments));
  let told = 0;
  fc.assert(
    fc.property(triangle, triangle, (a, b) => {
      fc.pre(size(a)! > 4 && size(b)! > 4);
      const both = size(combineAreas("intersection", a, b, new BooleanBudget()));
      const rest = size(combineAreas("difference", a, b, new BooleanBudget()));
      const either = size(combineAreas("union", a, b, new BooleanBudget()));
      if (both === null || rest === null || either === null) return;
      told++;
      // Triangles meet in one convex part, whose area has one sign; the rest may be of several.
      assert.ok(both <= Math.min(size(a)!, size(b)!) + 0.01);
      assert.ok(either <= size(a)! + size(b)! + 0.01);
      assert.ok(rest <= size(a)! + 0.01);
    }),
    { numRuns: 150 },
  );
  assert.ok(told > 130, `${told}`);
});

test.run();
