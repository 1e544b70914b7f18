/** Text as outlines: what fonts make of it is what the renderer paints, and what cannot be set is counted. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawingsEqual, isCanonical, parseDrawing, printDrawing } from "../../svg/index.ts";
import { FontError, pixelError, renderPixels, textOutliner } from "../../svg/render/index.ts";

const { resolve } = createRequire(import.meta.url);
const file = "@expo-google-fonts/didact-gothic/400Regular/DidactGothic_400Regular.ttf";
const font = new Uint8Array(readFileSync(resolve(file)));
const text = textOutliner([{ name: "didact.ttf", bytes: font }]);
const look = { size: 256, background: "#ffffff", fonts: [font] };
const grid = 512;

const svg = (inside: string, root = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100" ${root}>${inside}</svg>`;

const painted: Readonly<Record<string, string>> = {
  "letters with kerning": '<text x="5" y="50" font-size="24">AVATo</text>',
  "in the middle, and at the end":
    '<text x="50" y="30" text-anchor="middle" font-size="14">middle</text><text x="95" y="60" text-anchor="end" font-size="14">at the end</text>',
  "a place for each letter, and steps":
    '<text x="5 25 45" y="40 50 60" dy="0 5" font-size="20">abcde<tspan dx="4" dy="-9">fg</tspan></text>',
  "parts in colours of their own":
    '<text x="5" y="40" font-size="16" fill="#c33">red <tspan fill="#36c">blue</tspan> red</text>',
  "transforms and a group's opacity":
    '<g opacity=".5" transform="rotate(20)"><text x="20" y="30" font-size="20" transform="scale(1.2 .8)">turned</text></g>',
  "a stroke around letters":
    '<text x="5" y="60" font-size="40" fill="none" stroke="#284" stroke-width="1">ring</text>',
  "a gradient": `<linearGradient id="g" gradientUnits="userSpaceOnUse" x2="100"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient><text x="5" y="50" font-size="30" fill="url(#g)">Colour</text>`,
  "a gradient over parts": `<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient><text x="5" y="50" font-size="30" fill="url(#g)">ab<tspan dx="6">cd</tspan></text>`,
  "sizes that are taken over":
    '<g font-size="10"><text x="5" y="40" font-size="2.5em">big</text></g>',
  "spacing and lines":
    '<text x="5" y="40" font-size="18" style="letter-spacing:3px;text-decoration:underline">wide</text>',
  "along a path":
    '<path id="p" fill="none" d="M10 60Q50 10 90 60"/><text font-size="14"><textPath xlink:href="#p" startOffset="10%">round it</textPath></text>',
  "a style sheet's words":
    "<style>text { font-size: 22px; font-style: italic; text-anchor: middle } .b { fill: #a0f }</style><text x='50' y='50' class='b'>styled</text>",
  "white space as it is":
    '<text x="5" y="30" font-size="14" xml:space="preserve">a   b</text><text x="5" y="60" font-size="14">\n  a\n  b  </text>',
  "white space that a group says to keep":
    '<g xml:space="preserve"><text x="5" y="30" font-size="14">a     b <tspan>c     d</tspan></text></g>',
  "a clip path of letters":
    '<clipPath id="c"><text x="5" y="70" font-size="60">ab</text></clipPath><rect y="40" width="100" height="25" fill="#c33" clip-path="url(#c)"/>',
  entities: '<text x="5" y="40" font-size="20">&lt;a &amp; b&gt; <![CDATA[<c>]]></text>',
  "a use of it":
    '<defs><text id="t" font-size="16">used</text></defs><use xlink:href="#t" x="10" y="40"/>',
  "hidden and not displayed":
    '<text x="5" y="40" font-size="16">a<tspan visibility="hidden">b</tspan><tspan display="none">c</tspan>d</text>',
};

for (const [name, inside] of Object.entries(painted)) {
  test(`set as the renderer sets it: ${name}`, () => {
    const source = svg(inside);
    const { drawing, dropped } = parseDrawing(source, { grid, text });
    assert.equal(dropped, {});
    assert.ok(drawing.elements.length > 0);
    assert.is(isCanonical(drawing, { grid }), null);
    assert.ok(drawingsEqual(parseDrawing(printDrawing(drawing), { grid }).drawing, drawing));
    const theirs = renderPixels(source, look);
    const error = (4 / 3) * pixelError(theirs, renderPixels(drawing, look));
    const blank = (4 / 3) * pixelError(theirs, renderPixels({ ...drawing, elements: [] }, look));
    if (process.env.SHOW) console.log(name, error.toFixed(4), blank.toFixed(4));
    assert.ok(blank > 0.005 && error < 0.15 * blank, `${error} of ${blank}`);
  });
}

test("without fonts text is left out and counted, as before", () => {
  const source = svg('<text x="5" y="50">a</text><circle r="9"/>');
  const { drawing, dropped } = parseDrawing(source);
  assert.equal(dropped, { text: 1 });
  assert.is(drawing.elements.length, 1);
});

test("characters that no font has are counted and left out, those that show nothing are not", () => {
  const source = svg('<text x="5" y="50" font-size="20">a\u4e2d\u{1f600}b\u200d\ufe0f</text>');
  const { drawing, dropped } = parseDrawing(source, { grid, text });
  assert.equal(dropped, { glyph: 2 });
  const plain = parseDrawing(svg('<text x="5" y="50" font-size="20">ab</text>'), { grid, text });
  assert.ok(drawingsEqual(drawing, plain.drawing));
});

test("what cannot be set is counted, and the rest of the drawing read", () => {
  const inside = [
    '<text><textPath xlink:href="#none">a</textPath></text>',
    '<text><tref xlink:href="#t"/></text>',
    `<text x="0" y="10" font-size="1">${"word ".repeat(2000)}</text>`,
    '<text x="1e400" y="NaN">a</text><circle r="9"/>',
  ];
  const { drawing, dropped } = parseDrawing(svg(inside.join("")), { grid, text });
  assert.is(dropped.text, 3);
  assert.ok(drawing.elements.some(({ kind }) => kind === "circle"));
  assert.throws(() => parseDrawing(svg(inside[0]!), { grid, text, strict: true }), /text \(1\)/);
});

test("a text that is measured before it is drawn counts once", () => {
  const words = `<text y="50" font-size="2">${"l ".repeat(2400)}</text>`;
  const turned = `<g style="transform-box:fill-box;transform-origin:center" transform="rotate(1)">${words}</g>`;
  for (const inside of [words, turned, `<g transform="rotate(2)">${turned}</g>`]) {
    const { drawing, dropped } = parseDrawing(svg(inside), { grid, text });
    assert.is(dropped.text, undefined, inside.slice(0, 60));
    assert.ok(drawing.elements.length > 0);
  }
});

test("letters of a clip within a measured group count once, as the group's own do", () => {
  const letters = `<clipPath id="c"><text y="50" font-size="2">${"l ".repeat(2400)}</text></clipPath>`;
  const clipped = '<rect width="100" height="100" clip-path="url(#c)"/>';
  const turned = `<g style="transform-box:fill-box;transform-origin:center" transform="rotate(1)">${clipped}</g>`;
  const words = `<text y="90" font-size="2">${"l ".repeat(1500)}</text>`;
  const { dropped } = parseDrawing(svg(`${letters}<g>${turned}${words}</g>`), { grid, text });
  // 4,800 and 3,000 of 8,192 characters; the clip itself has more outlines than are cut.
  assert.is(dropped.text, undefined);
});

test("what a text copies again and again is bounded", () => {
  const path = `<path id="p" d="M0 50${"L99 50L0 50".repeat(100_000)}"/>`;
  const along = `<text>${'<textPath xlink:href="#p">a</textPath>'.repeat(250)}</text>`;
  const family = "f".repeat(1_000_000);
  const named = `<text font-family="${family}">${"<tspan>a</tspan>".repeat(250)}</text>`;
  for (const inside of [`<defs>${path}</defs>${along}`, named]) {
    const { drawing, dropped } = parseDrawing(svg(`${inside}<circle r="9"/>`), { grid, text });
    assert.is(dropped.text, 1);
    assert.ok(drawing.elements.some(({ kind }) => kind === "circle"));
  }
});

test("many texts along one path are bounded together", () => {
  const path = `<path id="p" d="M0 50${"L99 50L0 50".repeat(2000)}"/>`;
  const along = '<text><textPath xlink:href="#p">a</textPath></text>'.repeat(300);
  const { drawing, dropped } = parseDrawing(svg(`<defs>${path}</defs>${along}<circle r="9"/>`), {
    grid,
    text,
  });
  // Those of the first four megabytes are set: the path as it is written, and as fonts are given it.
  assert.ok(dropped.text! > 150 && dropped.text! < 280, String(dropped.text));
  assert.ok(drawing.elements.some(({ kind }) => kind === "circle"));
});

test("a path that costs too much to run along is counted, whatever hides how long it is", () => {
  const long: Readonly<Record<string, string>> = {
    "many segments": `d="M0 50${"L99 50L0 50".repeat(3000)}"`,
    "far away": 'd="M0 50C9e5 0 9e5 0 90 50"',
    "far away by its transform": 'd="M0 50C90 0 90 0 90 50" transform="scale(1e4)"',
  };
  for (const [name, path] of Object.entries(long)) {
    const inside = `<defs><path id="p" ${path}/></defs><text><textPath xlink:href="#p">a</textPath></text>`;
    assert.equal(parseDrawing(svg(inside), { grid, text }).dropped, { text: 1 }, name);
  }
});

test("what is shaped anew for every stretch of a style is told beforehand, not by a clock", () => {
  const parts = (count: number) =>
    `<text y="50" font-size="1">${'<tspan fill="#222">ab</tspan>'.repeat(count)}</text>`;
  assert.equal(parseDrawing(svg(parts(500)), { grid, text }).dropped, {});
  assert.equal(parseDrawing(svg(parts(4000)), { grid, text }).dropped, { text: 1 });
  const many = parts(900).repeat(4);
  // One takes more than half of what there is for all.
  assert.equal(parseDrawing(svg(many), { grid, text }).dropped, { text: 3 });
});

test("white space between parts of a text is no stretch, except where all of it is set", () => {
  const line = "what is said on one of the very many lines of text";
  const lines = Array.from({ length: 150 }, (_, i) => `<tspan x="0" y="${i}">${line}</tspan>`);
  const read = (inside: string) => parseDrawing(svg(inside), { grid, text });
  const { drawing, dropped } = read(`<text font-size="1">${lines.join("\n ")}</text>`);
  assert.equal(dropped, {});
  assert.ok(drawing.elements.length > 0);
  const joined = read(`<text font-size="1">${lines.join("")}</text>`);
  assert.ok(drawingsEqual(drawing, joined.drawing));
  const spaces = '<tspan fill="#222"> </tspan>'.repeat(4000);
  const kept = `<g xml:space="preserve"><text y="50">a${spaces}</text></g>`;
  assert.equal(read(kept).dropped, { text: 1 });
});

/** The font with a table of another name, so that it lacks it. */
function without(tag: string): Uint8Array {
  const bytes = font.slice();
  bytes[Buffer.from(bytes).indexOf(tag, 0, "latin1")] = 120;
  return bytes;
}

test("files that are no fonts are refused by name, and damaged ones end in an error or a count", () => {
  const refused: Readonly<Record<string, Uint8Array>> = {
    empty: new Uint8Array(),
    "a picture": Buffer.from("\x89PNG\r\n\x1a\n0000000000000000", "latin1"),
    "a web font": Buffer.concat([Buffer.from("wOF2"), font.slice(0, 4000)]),
    "cut off": font.slice(0, 60),
    "without a map": without("cmap"),
    "without letters": without("glyf"),
  };
  for (const [name, bytes] of Object.entries(refused)) {
    const open = () => textOutliner([{ name: `${name}.ttf`, bytes }]);
    assert.throws(
      open,
      (error: unknown) => error instanceof FontError && error.message.startsWith(`${name}.ttf: `),
      name,
    );
  }
  assert.throws(
    () => textOutliner([]),
    (error: unknown) => error instanceof FontError,
  );
});

/** The font with letters of half the size. */
function halved(): Uint8Array {
  const bytes = font.slice();
  const view = new DataView(bytes.buffer);
  const entry = Buffer.from(bytes).indexOf("head", 0, "latin1");
  const unitsPerEm = view.getUint32(entry + 8) + 18;
  view.setUint16(unitsPerEm, 2 * view.getUint16(unitsPerEm));
  return bytes;
}

test("fonts that take turns in one thread are each set in their own letters", () => {
  const small = textOutliner([{ name: "small.ttf", bytes: halved() }]);
  const source = svg('<text x="5" y="50" font-size="20">will</text>');
  const [first, other, again] = [text, small, text].map(
    (each) => parseDrawing(source, { grid, text: each }).drawing,
  );
  assert.ok(drawingsEqual(first!, again!));
  assert.not(drawingsEqual(first!, other!));
  const bare = renderPixels(source, { ...look, fonts: [] });
  assert.ok(bare.data.every((value) => value === 255));
});

test("a font whose bytes are anything else does no harm", () => {
  const source = svg(
    '<text x="5" y="50" font-size="20">AVATAR fi ffl &#233;</text><circle r="9"/>',
  );
  let [read, told] = [0, 0];
  for (let seed = 1; seed <= 24; seed++) {
    const bytes = font.slice();
    // Not the table of tables, which is tried above: what lies behind it.
    for (let i = 0; i < 400; i++) {
      const at = 400 + ((seed * 7919 + i * 104729) % (bytes.length - 400));
      bytes[at] = (seed * 31 + i * 17) & 255;
    }
    try {
      const damaged = textOutliner([{ name: "damaged.ttf", bytes }]);
      const { drawing } = parseDrawing(source, { grid, text: damaged });
      assert.ok(drawing.elements.some(({ kind }) => kind === "circle"));
      read++;
    } catch (error) {
      assert.instance(error, FontError);
      told++;
    }
  }
  assert.is(read + told, 24);
  assert.ok(read > 0, "some are only damaged");
});

test.run();
