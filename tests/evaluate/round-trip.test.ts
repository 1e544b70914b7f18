import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { pixelError, roundTrip } from "../../src/evaluate/index.ts";
import { createPathTokenizer, strokeIconOptions, trainBytePairs } from "../../tokenizer/index.ts";

const icons = join(import.meta.dirname, "../../node_modules/lucide-static/icons");
const text = trainBytePairs([], { vocabularySize: 256 });
const lean = createPathTokenizer({ options: strokeIconOptions, text });

const svg = (body: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">${body}</svg>`;

test("equal pictures differ by 0, black and white by 1, half of it by a half", () => {
  const black = svg('<rect width="10" height="10"/>');
  assert.is(pixelError(black, black), 0);
  assert.is(pixelError(black, svg("")), 1);
  assert.ok(Math.abs(pixelError(svg('<rect width="5" height="10"/>'), svg("")) - 0.5) < 0.01);
});

test("real icons come back identical, and look as before but for the grid", () => {
  const files = readdirSync(icons).filter((_, index) => index % 40 === 0);
  for (const file of files) {
    const result = roundTrip(readFileSync(join(icons, file), "utf8"), lean, true);
    assert.is(result.error, null, file);
    assert.is(result.identical, true, file);
    assert.ok((result.pixelError ?? 1) < 0.03, `${file}: ${result.pixelError}`);
    assert.ok((result.tokens ?? 0) > 3, file);
  }
});

test("counting alone leaves out what it did not measure", () => {
  const result = roundTrip(
    svg('<path d="M1 1h5" fill="none" stroke="currentColor"/>'),
    lean,
    false,
  );
  assert.equal([result.identical, result.pixelError, result.error], [null, null, null]);
  assert.ok((result.tokens ?? 0) > 0);
});

test("what is left away is counted, and what cannot be tokenized says why", () => {
  const full = createPathTokenizer({ text });
  const dropped = roundTrip(svg('<text>a</text><rect width="5" height="5"/>'), full, true);
  assert.equal(dropped.dropped, { text: 1 });
  const broken = roundTrip("<svg", full, true);
  assert.is(broken.tokens, null);
  assert.ok((broken.error ?? "").length > 0);
});

test.run();
