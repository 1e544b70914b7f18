/** The cascade: which of several declarations counts, and what is inherited. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing, type Shape } from "../../svg/index.ts";

const wrap = (body: string) => `<svg viewBox="0 0 100 100">${body}</svg>`;

/** The fill of the only shape: `#rrggbb`, `currentColor` or `none`. */
function fillOf(body: string): string {
  const [shape] = parseDrawing(wrap(body)).drawing.elements as readonly Shape[];
  const fill = shape?.fill ?? null;
  if (fill === null) return "none";
  return fill.kind === "color" ? `#${fill.rgb.toString(16).padStart(6, "0")}` : fill.kind;
}

const rect = (attributes: string) => `<rect width="9" height="9" stroke="red" ${attributes}/>`;
const sheet = (rules: string, attributes: string, around = rect) =>
  fillOf(`<style>${rules}</style><g class="g">${around(attributes)}</g>`);

test("attributes give way to sheets, sheets to the style attribute, and all to what is important", () => {
  assert.is(sheet("", 'fill="#111"'), "#111111");
  assert.is(sheet("rect{fill:#222}", 'fill="#111"'), "#222222");
  assert.is(sheet("rect{fill:#222}", 'fill="#111" style="fill:#333"'), "#333333");
  assert.is(sheet("rect{fill:#222!important}", 'style="fill:#333"'), "#222222");
  assert.is(sheet("rect{fill:#222!important}", 'style="fill:#333 !important"'), "#333333");
});

test("the more specific rule counts, then the later one", () => {
  const rules = (list: string[]) =>
    list.map((s, i) => `${s}{fill:#${String(i + 1).repeat(3)}}`).join("");
  const at = 'id="i" class="a b"';
  assert.is(sheet(rules(["rect", "rect"]), at), "#222222");
  assert.is(sheet(rules([".a", "rect"]), at), "#111111");
  assert.is(sheet(rules(["#i", ".a.b", "g rect"]), at), "#111111");
  assert.is(sheet(rules([".g .a", ".a", "*"]), at), "#111111");
  assert.is(sheet(rules([":not(.c)", "rect"]), at), "#111111");
  assert.is(sheet(rules(["rect", ":where(#i)"]), at), "#111111");
});

test("selectors match by structure and attributes", () => {
  const yes = [
    "g>rect",
    "svg rect",
    "rect:first-child",
    "rect:last-child",
    "[width]",
    "[width='9']",
    "[class^=a]",
    "[class~='b']",
    ":is(circle, rect)",
    "style + g rect",
    "style ~ g > .b",
    ".\\61",
  ];
  const no = [
    "svg>rect",
    "rect:hover",
    "circle",
    ".c",
    "rect rect",
    "[width='8']",
    "g + rect",
    "rect:not(.a)",
  ];
  for (const selector of yes)
    assert.is(sheet(`${selector}{fill:#123456}`, 'class="a b"'), "#123456", selector);
  for (const selector of no)
    assert.is(sheet(`${selector}{fill:#123456}`, 'class="a b"'), "#000000", selector);
});

test("faulty rules and values are passed over and counted", () => {
  const broken =
    "rect{fill:#222;fill:bogus;fill} ::x{fill:#333} rect:nth-child(1 of g){fill:#444}" +
    "@media(min-width:9px){rect{fill:#555}} @media print{rect{fill:#666}}";
  assert.is(sheet(broken, ""), "#222222");
  const { dropped } = parseDrawing(wrap(`<style>${broken}</style>${rect("")}`));
  assert.equal(dropped, { "style-rule": 3, "invalid-value": 1 });
});

test("comments, strings and nested brackets do not end a declaration", () => {
  assert.is(sheet('/* } */ rect{ --x: ";}"; fill/**/: /*;*/ rgb(1,2,3) }', ""), "#010203");
  assert.is(fillOf(rect("style=\"background:url('a;b');fill:#123\"")), "#112233");
});

test("inherit, initial and currentColor mean what they say", () => {
  const within = (inner: string) => `<g fill="#123456" color="#654321">${rect(inner)}</g>`;
  assert.is(fillOf(within("")), "#123456");
  assert.is(fillOf(within('fill="inherit"')), "#123456");
  assert.is(fillOf(within('fill="initial"')), "#000000");
  assert.is(fillOf(within('fill="currentColor"')), "#654321");
  assert.is(fillOf(within('fill="currentColor" color="#abcdef"')), "#abcdef");
  assert.is(fillOf(rect('fill="currentColor"')), "currentColor");
  assert.is(fillOf(within('fill="none"')), "none");
});

test("colours are read in all syntaxes of CSS", () => {
  const red = [
    "red",
    "RED",
    "#f00",
    "#F00F",
    "#ff0000",
    "rgb(255,0,0)",
    "rgb(100% 0% 0%)",
    "rgba(255 0 0 / 1)",
    "hsl(0,100%,50%)",
    "hsl(0deg 100% 50%)",
    "hwb(0 0% 0%)",
    "lab(54.29 80.8 69.89)",
    "lch(54.29 106.84 40.86)",
    "oklab(.62796 .22486 .12585)",
    "oklch(62.796% .25768 29.234)",
    "color(srgb 1 0 0)",
  ];
  for (const color of red) assert.is(fillOf(rect(`fill="${color}"`)), "#ff0000", color);
  for (const none of ["#ff", "#fffff", "rgb(1", "hsl(1 2", "bogus", "url(", "rgb()"]) {
    assert.is(fillOf(rect(`fill="${none}"`)), "#000000", none);
  }
});

test.run();
