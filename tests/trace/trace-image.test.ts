/** Images traced: grounds, colours, budgets, and files that are no images. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { UsageError } from "../../errors/index.ts";
import { TraceError, traceImage } from "../../src/trace/index.ts";
import { drawingsEqual } from "../../svg/index.ts";
import { createPathTokenizer, strokeIconOptions } from "../../tokenizer/index.ts";
import { iconImage, iconSource, lyingPng, settingsOf, tokenizer } from "./images.ts";

const icons = ["heart", "award", "key", "umbrella"].map((name) =>
  iconSource(`@tabler/icons/icons/filled/${name}.svg`),
);
const cat = iconSource("@twemoji/svg/1f408.svg");

test("a light silhouette on black gives the very drawing of the dark one on white", async () => {
  for (const icon of icons) {
    const options = { tokenizer, settings: settingsOf({ colors: 1 }) };
    const light = await traceImage(iconImage(icon, "#fff"), options);
    const dark = await traceImage(iconImage(icon, "#fff", true), options);
    assert.equal([light.background?.dark, dark.background?.dark], [false, true]);
    assert.ok(drawingsEqual(light.drawing, dark.drawing));
    assert.is(light.tokens, dark.tokens);
    assert.ok(light.error < 0.02, `${light.error}`);
  }
});

test("in colours, white on black becomes black on white, and a cat keeps its colours on any grey", async () => {
  const options = { tokenizer, settings: settingsOf({ colors: 8 }) };
  const [icon = ""] = icons;
  const light = await traceImage(iconImage(icon, "#fff"), options);
  const dark = await traceImage(iconImage(icon, "#fff", true), options);
  assert.ok(drawingsEqual(light.drawing, dark.drawing));
  const onWhite = await traceImage(iconImage(cat, "#fff"), options);
  for (const ground of ["#000", "#333"]) {
    const there = await traceImage(iconImage(cat, ground), options);
    assert.is(there.colors, onWhite.colors);
    assert.ok(Math.abs(there.tokens - onWhite.tokens) < 0.15 * onWhite.tokens);
    assert.ok(there.error < 0.03, `${there.error}`);
  }
});

test("a ground in a colour stays, one that is clear or grey goes", async () => {
  const options = { tokenizer, settings: settingsOf({ colors: 8 }) };
  const flag = iconSource("flag-icons/flags/4x3/ch.svg");
  const { drawing, error } = await traceImage(iconImage(flag, "#fff"), options);
  assert.is(drawing.elements.length, 2);
  assert.ok(error < 0.01);
  const [icon = ""] = icons;
  const clear = await traceImage(iconImage(icon, "rgba(0,0,0,0)"), options);
  const white = await traceImage(iconImage(icon, "#fff"), options);
  assert.ok(drawingsEqual(clear.drawing, white.drawing));
});

test("a budget is kept to, at the price of the error; one that cannot be is refused with the least", async () => {
  const image = iconImage(cat, "#fff");
  const free = await traceImage(image, { tokenizer, settings: settingsOf({}) });
  let before = free;
  for (const share of [0.9, 0.75]) {
    const maxTokens = Math.floor(share * free.tokens);
    const traced = await traceImage(image, { tokenizer, settings: settingsOf({ maxTokens }) });
    assert.ok(traced.tokens <= maxTokens);
    assert.is(traced.tokens, tokenizer.encode(traced.drawing).length);
    assert.ok(traced.tolerance > before.tolerance || traced.colors < before.colors);
    assert.ok(traced.error < 0.1, `${traced.error}`);
    before = traced;
  }
  const settings = settingsOf({ maxTokens: 10 });
  const least = /takes \d+ tokens at the least, more than the 10 of trace.maxTokens/;
  await refused(image, least, settings);
  await refused(image, /fewer than trace.minTokens 9000/, settingsOf({ minTokens: 9000 }));
  await refused(image, /more than trace.maxError/, settingsOf({ maxError: 0.0001 }));
});

test("a tokenizer without colours takes silhouettes in currentColor, and says so of others", async () => {
  const strokes = createPathTokenizer({ options: strokeIconOptions });
  const [icon = ""] = icons;
  const { drawing } = await traceImage(iconImage(icon, "#fff"), {
    tokenizer: strokes,
    settings: settingsOf({ colors: 1 }),
  });
  const [shape] = drawing.elements;
  assert.ok(shape !== undefined && shape.kind !== "group");
  assert.is(shape.fill?.kind, "currentColor");
  const coloured = { tokenizer: strokes, settings: settingsOf({ colors: 4 }) };
  const error = await traceImage(iconImage(icon, "#fff"), coloured).catch((thrown) => thrown);
  assert.instance(error, UsageError);
});

test("what is no image, is damaged, lies about its size or is a bomb is refused with its name", async () => {
  const png = iconImage(icons[0] ?? "", "#fff");
  const row = new Uint8Array(1 + 4 * 64);
  await refused(new Uint8Array(), /no PNG, JPEG or WebP/);
  await refused(Buffer.from('<svg viewBox="0 0 4 4"/>'), /no PNG, JPEG or WebP/);
  await refused(Buffer.from("GIF89a"), /no PNG, JPEG or WebP/);
  await refused(png.slice(0, png.length >> 1), /cannot be read as an image/);
  await refused(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]), /cannot be read as an image/);
  await refused(Buffer.from("RIFF\x10\x00\x00\x00WEBPVP8 "), /cannot be read as an image/);
  await refused(lyingPng(60_000, 60_000, row), /exceeds pixel limit/);
  await refused(lyingPng(64, 4096, row), /cannot be read as an image/);
  await refused(lyingPng(0, 64, row), /cannot be read as an image/);
  await refused(
    iconImage('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"/>', "#fff"),
    /nothing is seen on its ground/,
  );
  await refused("/nowhere/at-all.png", /ENOENT/);
});

/** By a TraceError that names the image. */
async function refused(
  image: string | Uint8Array,
  says: RegExp,
  settings = settingsOf({}),
): Promise<void> {
  const name = typeof image === "string" ? image : "some.png";
  const error = await traceImage(image, { tokenizer, settings }, name).catch((thrown) => thrown);
  assert.instance(error, TraceError);
  assert.ok(error.message.startsWith(`${name}: `), error.message);
  assert.match(error.message, says);
}

test.run();
