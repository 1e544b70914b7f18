/**
 * Rendering of anything: a picture or an error, in bounded time, and the process lives on. The
 * native build of the renderer ends it on the first three of these sources.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Drawing, type DrawingElement, parseDrawing } from "../../svg/index.ts";
import {
  isBlank,
  pixelError,
  RenderError,
  renderPixels,
  renderPng,
} from "../../svg/render/index.ts";
import { iconSets, readIcons } from "../sets/icon-sets.ts";

const svg = (content: string, attributes = 'viewBox="0 0 100 100"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${content}</svg>`;
const half = svg('<path d="M0 0h50v100H0"/>');

const hostile: Readonly<Record<string, string>> = {
  "a translucent element off the canvas": svg('<circle cx="300" cy="300" r="9" opacity=".5"/>'),
  "a translucent group that leaves the canvas": svg(
    '<g opacity=".5"><g opacity=".5"><path d="M-900-900h20v20"/></g><circle r="9"/></g>',
  ),
  "a filter off the canvas": svg(
    '<filter id="f"><feGaussianBlur stdDeviation="9"/></filter><rect x="900" width="9" height="9" filter="url(#f)"/>',
  ),
  "a filter over an image": svg(
    '<filter id="f"><feImage xlink:href="#g"/></filter><rect id="g" width="9" height="9" filter="url(#f)"/>',
  ),
  "a pattern of itself": svg(
    '<pattern id="p" width="9" height="9"><rect width="9" height="9" fill="url(#p)"/></pattern><rect width="99" height="99" fill="url(#p)"/>',
  ),
  "a use of itself": svg('<g id="a"><use xlink:href="#a"/></g>'),
  "100,000 groups": svg("<g>".repeat(1e5) + "</g>".repeat(1e5)),
  "no area": svg("", 'viewBox="0 0 0 0"'),
  "a size beyond all bounds": svg('<circle r="9"/>', 'width="1e9" height="1e9"'),
  "numbers beyond all bounds": svg('<path d="M1e308 1e308L-1e308 0 NaN 5"/>'),
  "an image of another host": svg(
    '<image width="9" height="9" xlink:href="http://localhost/a.png"/>',
  ),
  "an image of a file": svg('<image width="9" height="9" xlink:href="/etc/hostname"/>'),
  "entities in entities":
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><svg xmlns="http://www.w3.org/2000/svg"><text>&c;&c;&c;</text></svg>',
  "no SVG": "no SVG",
};

for (const [name, source] of Object.entries(hostile)) {
  test(`${name}: a picture or an error, and the renderer goes on`, () => {
    try {
      const { width, height, data } = renderPixels(source, { size: 64 });
      assert.is(data.length, 4 * width * height);
    } catch (error) {
      assert.instance(error, RenderError);
    }
    assert.not(isBlank(renderPixels(half)));
  });
}

test("what takes too long is given up", () => {
  const slow = svg(
    `<filter id="f" x="0" y="0" width="1" height="1">${'<feTurbulence baseFrequency=".1" numOctaves="99"/>'.repeat(50)}</filter><rect width="100" height="100" filter="url(#f)"/>`,
  );
  assert.throws(
    () => renderPixels(slow, { size: 2000, timeoutMs: 300 }),
    (error: unknown) => error instanceof RenderError && /longer than 0.3 s/.test(error.message),
  );
  assert.not(isBlank(renderPixels(half)));
});

test("a size that no one wants is refused", () => {
  for (const size of [0, -1, Number.NaN, 1e6])
    assert.throws(() => renderPng(half, { size }), RangeError);
});

const black = { fill: { kind: "color", rgb: 0 }, fillRule: "nonzero", fillOpacity: 100 } as const;
const circle = (cx: number, opacity: number, stroked = false): DrawingElement => ({
  kind: "circle",
  cx,
  cy: 50,
  r: 20,
  opacity,
  ...black,
  stroke: stroked
    ? {
        paint: { kind: "color", rgb: 0xff0000 },
        width: 4,
        cap: "butt",
        join: "miter",
        miterLimit: 4,
        dashes: [],
        dashOffset: 0,
        opacity: 100,
      }
    : null,
});
const group = (opacity: number, ...children: DrawingElement[]): DrawingElement => ({
  kind: "group",
  opacity,
  children,
});
const drawing = (...elements: DrawingElement[]): Drawing => ({ width: 100, height: 100, elements });
const alphaAt = (picture: { width: number; data: Uint8Array }, x: number, y: number) =>
  picture.data[4 * (y * picture.width + x) + 3]!;

test("translucent elements off the canvas leave a drawing's picture as it is", () => {
  const plain = drawing(circle(50, 60));
  for (const far of [-300, 150, 300, 1500]) {
    for (const element of [
      circle(far, 50),
      circle(far, 50, true),
      group(50, circle(far, 50, true), circle(-far, 40)),
      group(50, group(50, group(50, circle(far, 50, true), circle(far, 30)), circle(far, 100))),
    ]) {
      const picture = renderPixels(drawing(circle(50, 60), element), { size: 100 });
      assert.is(pixelError(picture, renderPixels(plain, { size: 100 })), 0);
    }
  }
});

test("layers within layers multiply, and paint once what overlaps", () => {
  const both = group(80, circle(40, 100), circle(60, 100));
  const deep = group(50, group(50, both, circle(-900, 100)), circle(900, 100, true));
  const picture = renderPixels(drawing(deep), { size: 100 });
  for (const x of [25, 50, 75]) assert.ok(Math.abs(alphaAt(picture, x, 50) - 0.2 * 255) <= 1.5);
  const white = renderPixels(drawing(deep), { size: 100, background: "white" });
  assert.ok(Math.abs(white.data[4 * (50 * 100 + 50)]! - 0.8 * 255) <= 1.5);
  assert.is(alphaAt(white, 50, 50), 255);
  const png = renderPng(drawing(deep), { size: 100 });
  const shown = renderPixels(
    svg(
      `<image width="100" height="100" xlink:href="data:image/png;base64,${Buffer.from(png).toString("base64")}"/>`,
    ),
    { size: 100 },
  );
  assert.ok(pixelError(shown, picture) < 0.002);
});

test("a drawing's current colour is as asked for", () => {
  const own = { ...circle(50, 100), fill: { kind: "currentColor" } } as DrawingElement;
  const { data } = renderPixels(drawing(own), { size: 100, color: "#ff0000" });
  assert.equal([...data.subarray(4 * 5050, 4 * 5050 + 4)], [255, 0, 0, 255]);
});

test("real drawings look as their text does", () => {
  let translucent = 0;
  for (const set of iconSets) {
    for (const { svg: text } of readIcons(set)) {
      if (!text.includes("opacity") || text.includes("clip-path") || text.includes("mask"))
        continue;
      if (translucent++ % 5 > 0) continue;
      const { drawing: parsed } = parseDrawing(text, { grid: 1024 });
      assert.ok(pixelError(renderPixels(parsed), renderPixels(text)) < 0.01);
    }
  }
  assert.ok(translucent > 50);
});

test.run();
