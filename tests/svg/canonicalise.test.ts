/** Options of the canonical form, what has one form only, and what tells a drawing that is not in it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  canonicalise,
  type Drawing,
  drawingsEqual,
  isCanonical,
  type ParseOptions,
  parseDrawing,
  printDrawing,
  type Shape,
  SvgError,
} from "../../svg/index.ts";

const wrap = (body: string) => `<svg viewBox="0 0 100 100">${body}</svg>`;
const prefix = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"';

/** What stands in the printed drawing, on a grid of 100. */
function printed(body: string, options: ParseOptions = {}): string {
  const text = printDrawing(parseDrawing(wrap(body), { grid: 100, ...options }).drawing);
  return text.slice(prefix.length).replace(/^>/, "").replace("</svg>", "");
}

test("shapes become paths", () => {
  const paths = { shapes: "paths" } as const;
  assert.is(
    printed('<circle cx="50" cy="50" r="40"/>', paths),
    '<path d="M90 50A40 40 0 0110 50a40 40 0 0180 0z"/>',
  );
  assert.is(printed('<rect x="5" y="5" width="9" height="9"/>', paths), '<path d="M5 5h9v9H5z"/>');
  assert.is(printed('<polygon points="1 1 9 1 5 9"/>', paths), '<path d="M1 1H9L5 9z"/>');
});

test("arcs and quadratic curves become cubic ones", () => {
  assert.is(
    printed('<path d="M50 10a40 40 0 0 1 40 40"/>', { arcs: "cubics" }),
    '<path d="M50 10c22 0 40 18 40 40"/>',
  );
  assert.is(
    printed('<path d="M0 0Q30 30 60 0"/>', { quadratics: "cubics" }),
    '<path d="M0 0C20 20 40 20 60 0"/>',
  );
});

test("strokes are dropped and counted, and gradients become their first colour", () => {
  const body =
    '<rect width="9" height="9" stroke="red"/><path d="M0 0h5" fill="none" stroke="red"/>';
  const { drawing, dropped } = parseDrawing(wrap(body), { strokes: "drop" });
  assert.is(drawing.elements.length, 1);
  assert.equal(dropped, { stroke: 2 });

  const gradient = `<linearGradient id="a"><stop stop-color="#123" stop-opacity=".5"/><stop offset="1"/></linearGradient>`;
  assert.is(
    printed(`${gradient}<rect width="9" height="9" fill="url(#a)"/>`, { gradients: "first-stop" }),
    '<rect opacity=".5" fill="#123" width="9" height="9"/>',
  );
});

test("colours are rounded to 12 bits", () => {
  assert.is(
    printed('<rect width="9" height="9" fill="#123456"/>', { colorBits: 4 }),
    '<rect fill="#135" width="9" height="9"/>',
  );
});

test("groups are kept where they show or tell something, and flattened on demand", () => {
  const two = '<rect width="9" height="9"/><circle r="5"/>';
  assert.is(printed(`<g opacity=".5">${two}</g>`), `<g opacity=".5">${two}</g>`);
  assert.is(printed(`<g>${two}</g><circle r="9"/>`), `<g>${two}</g><circle r="9"/>`);
  assert.is(printed(`<g><g>${two}</g></g>`), two);
  assert.is(printed('<g opacity=".5"><circle r="5"/></g>'), '<circle opacity=".5" r="5"/>');
  assert.is(
    printed(`<g opacity=".5"><g opacity=".5">${two}</g></g>`, { groups: "flatten" }),
    '<rect opacity=".25" width="9" height="9"/><circle opacity=".25" r="5"/>',
  );
});

test("what paints the same has one form", () => {
  const same = [
    '<rect width="9" height="9" fill="red" fill-opacity=".5"/>',
    '<rect width="9" height="9" fill="red" opacity=".5"/>',
    '<rect width="9" height="9" fill="#ff000080"/>',
    '<g opacity=".5"><rect width="9" height="9" style="fill:red"/></g>',
    '<rect width="9" height="9" fill="red" opacity=".5" stroke="blue" stroke-width="0"/>',
  ].map((body) => parseDrawing(wrap(body)).drawing);
  for (const drawing of same) assert.ok(drawingsEqual(drawing, same[0]!));
  assert.is(
    printed(
      '<path d="M0 0h9" fill="none" stroke="red" stroke-dasharray="4 2 4 2" stroke-dashoffset="15"/>',
    ),
    '<path fill="none" stroke="red" stroke-dasharray="4 2" stroke-dashoffset="3" d="M0 0H9"/>',
  );
});

test("a canonical drawing is brought to another grid", () => {
  const { drawing } = parseDrawing(
    wrap('<circle cx="50" cy="50" r="25" stroke="red" stroke-width="3"/>'),
  );
  const small = canonicalise(drawing, { grid: 24 });
  assert.equal([small.width, small.height], [24, 24]);
  const [circle] = small.elements as readonly Shape[];
  assert.equal(
    { ...circle, fill: null, stroke: circle!.stroke!.width },
    {
      ...circle,
      kind: "circle",
      cx: 12,
      cy: 12,
      r: 6,
      fill: null,
      stroke: 0.75,
    },
  );
});

test("the first field that is not canonical is named", () => {
  const { drawing } = parseDrawing(wrap('<circle cx="50" cy="50" r="25" stroke="red"/>'));
  assert.is(isCanonical(drawing), null);
  const [circle] = drawing.elements as readonly Shape[];
  const odd = (change: object): Drawing => ({
    ...drawing,
    elements: [{ ...circle!, ...change }] as readonly Shape[],
  });
  assert.is(isCanonical(odd({ r: 2.4 })), "elements[0].r is 2.4, canonically 2");
  assert.is(
    isCanonical(odd({ stroke: { ...circle!.stroke!, width: 2.3 } })),
    "elements[0].stroke.width is 2.3, canonically 2.25",
  );
  assert.is(isCanonical(odd({ opacity: 0 })), "elements has 1 entries, canonically 0");
  assert.is(isCanonical(drawing, { grid: 100 }), "width is 200, canonically 100");
  assert.not(drawingsEqual(drawing, odd({ r: 3 })));
});

test("options out of range are refused", () => {
  for (const grid of [0, 1.5, Number.NaN, 1e6]) {
    assert.throws(
      () => parseDrawing(wrap(""), { grid }),
      (error: unknown) => error instanceof SvgError && error.code === "option",
    );
  }
});

test("what icons have in common is printed once", () => {
  const body = '<path d="M1 1h9" stroke="red" stroke-width="4" stroke-linecap="round"/>';
  assert.is(
    printed(body + body),
    ' stroke="red" stroke-width="4" stroke-linecap="round"><path d="M1 1h9"/><path d="M1 1h9"/>',
  );
});

test.run();
