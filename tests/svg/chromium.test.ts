/**
 * Kinds of drawings that browsers and simple readers see differently, a file each in
 * tests/fixtures/browser. Beside `name.svg` stands `name.png`, how Chromium draws it at 96 x 96 pixels
 * on white (scripts/browser-pictures.ts). The canonical drawing must look the same, or what it lacks
 * must be counted.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type DropReport,
  drawingsEqual,
  isCanonical,
  parseDrawing,
  printDrawing,
  SvgError,
} from "../../svg/index.ts";
import { renderPixels } from "../../svg/render/index.ts";

const folder = join(import.meta.dirname, "../fixtures/browser");
const side = 96;

/** What is counted; nothing where a file is not named. */
const dropped: Readonly<Record<string, DropReport>> = {
  "bbox-kinds": { "missing-reference": 2 },
  "calc-invalid": { "invalid-value": 1 },
  "clip-all": { "missing-reference": 1 },
  "entity-element": { entity: 1 },
  "large-stroke": { "out-of-range": 1 },
  "media-conditions": { "style-rule": 1 },
  "pattern-fallback": { pattern: 1 },
  "pattern-kinds": { pattern: 2 },
  "switch-hidden": { "unknown-element": 1 },
  "transform-css-syntax": { "invalid-value": 3 },
  "unitless-sheet": { "invalid-value": 4 },
  "var-invalid": { "invalid-value": 2 },
};

/** Mean share by which a channel may differ: edges are drawn otherwise, and lie on the grid. */
const tolerance = 0.015;
/** Where what is counted shows: the nearest picture is still no further off than this. */
const counted: Readonly<Record<string, number>> = {
  "entity-element": 0.4,
  "pattern-fallback": 0.27,
  "pattern-kinds": 0.13,
};

const names = readdirSync(folder)
  .filter((file) => file.endsWith(".svg"))
  .map((file) => file.slice(0, -4));

test("every kind is there", () => {
  assert.ok(names.length >= 69, `${names.length}`);
});

for (const name of names) {
  test(name, () => {
    const source = readFileSync(join(folder, `${name}.svg`));
    const { drawing, dropped: found } = parseDrawing(source);
    assert.equal(found, dropped[name] ?? {});
    assert.is(isCanonical(drawing), null);
    assert.ok(drawingsEqual(parseDrawing(printDrawing(drawing)).drawing, drawing), "reparsed");

    const ours = fitted(printDrawing(drawing), drawing);
    const error = difference(ours, pictureOf(name));
    const most = counted[name] ?? tolerance;
    if (process.env.SHOW) console.log(name, error.toFixed(4));
    assert.ok(error <= most, `pixels differ by ${error.toFixed(4)}`);
    if (counted[name] !== undefined) assert.throws(() => parseDrawing(source, { strict: true }));
  });
}

test("strict refuses each that is counted, and no other", () => {
  for (const name of names) {
    const source = readFileSync(join(folder, `${name}.svg`));
    let refused = false;
    try {
      parseDrawing(source, { strict: true });
    } catch (error) {
      refused = error instanceof SvgError && error.code === "strict";
    }
    assert.is(refused, dropped[name] !== undefined, name);
  }
});

/** Chromium's picture as pixels: the renderer reads PNG files too. */
function pictureOf(name: string): Uint8Array {
  const data = readFileSync(join(folder, `${name}.png`)).toString("base64");
  const image = `<image width="${side}" height="${side}" href="data:image/png;base64,${data}"/>`;
  return painted(image, `0 0 ${side} ${side}`);
}

/** A drawing in the middle of a square, as browsers fit it. */
function fitted(svg: string, { width, height }: { width: number; height: number }): Uint8Array {
  const longer = Math.max(width, height);
  const [x, y] = [(width - longer) / 2, (height - longer) / 2];
  const inner = svg
    .replace("<svg ", `<svg width="${width}" height="${height}" overflow="hidden" `)
    .replace(/ xmlns="[^"]*"/, "");
  return painted(inner, `${x} ${y} ${longer} ${longer}`);
}

function painted(body: string, viewBox: string): Uint8Array {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}">${body}</svg>`;
  return renderPixels(svg, { size: side, background: "white" }).data;
}

function difference(a: Uint8Array, b: Uint8Array): number {
  assert.is(a.length, b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / (255 * 0.75 * a.length);
}

test.run();
