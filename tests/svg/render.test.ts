/** Rendering: sizes, backgrounds, and measures of the pictures. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseDrawing } from "../../svg/index.ts";
import {
  isBlank,
  pixelError,
  RenderError,
  renderPixels,
  renderPng,
} from "../../svg/render/index.ts";

const half =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M0 0h10v10H0"/></svg>';

test("the longer side has the size asked for", () => {
  const { width, height, data } = renderPixels(half, { size: 40 });
  assert.equal([width, height, data.length], [40, 20, 40 * 20 * 4]);
  const tall = half.replace("0 0 20 10", "0 0 10 20");
  assert.equal(renderPixels(tall, { size: 40 }).height, 40);
  assert.is(renderPixels(half.replace("20 10", "1000 1"), { size: 10 }).height, 1);
});

test("a drawing and its text give the same picture", () => {
  const { drawing } = parseDrawing(half);
  assert.is(pixelError(renderPixels(half), renderPixels(drawing)), 0);
});

test("the error is the share by which pixels differ", () => {
  const white = { background: "white", size: 20 };
  const empty = half.replace(/<path.*\/>/, "");
  const error = pixelError(renderPixels(half, white), renderPixels(empty, white));
  // Half of the pixels differ in three of the four channels.
  assert.is(error, (1 / 2) * (3 / 4));
  assert.throws(() => pixelError(renderPixels(half), renderPixels(half, white)), RangeError);
});

test("an empty picture is blank, on any background", () => {
  const empty = half.replace(/<path.*\/>/, "");
  assert.ok(isBlank(renderPixels(empty)));
  assert.ok(isBlank(renderPixels(empty, { background: "red" })));
  assert.not(isBlank(renderPixels(half)));
});

test("a PNG is a PNG, and what is no drawing is refused", () => {
  assert.equal([...renderPng(half).subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
  assert.throws(
    () => renderPng("<svg"),
    (error: unknown) => error instanceof RenderError,
  );
});

test.run();
