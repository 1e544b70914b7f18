/** NormalFloat as bitsandbytes has it; its numbers are made by tests/golden/make_nf4.py. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ops } from "../../../engine/index.ts";
import {
  dequantize,
  dequantizeScales,
  quantize,
  quantizeScales,
} from "../../../models/quantization/index.ts";

const path = new URL("../../golden/quantization/nf4.json", import.meta.url);
type Encoded = Readonly<Record<string, string>>;
const golden = JSON.parse(readFileSync(path, "utf8")) as Encoded & {
  readonly block: number;
  readonly double: Encoded;
};

const bytes = (name: string, from: Encoded = golden) =>
  Uint8Array.from(Buffer.from(from[name]!, "base64"));
const floats = (name: string, from: Encoded = golden) => new Float32Array(bytes(name, from).buffer);

test("codes, scales and the numbers that come back are those of bitsandbytes, bit by bit", () => {
  const [values, { block }] = [floats("values"), golden];
  const codes = new Uint8Array(values.length / 2);
  const scales = new Float32Array(values.length / block);
  quantize("nf4", values, block, codes, scales);
  assert.equal(scales, floats("scales"));
  assert.equal(codes, bytes("codes"));
  assert.equal(dequantize("nf4", codes, scales, block), floats("restored"));
});

test("the 256 numbers that codes of scales stand for are those of bitsandbytes, bit by bit", () => {
  assert.equal(ops.dynamicCodes, floats("numbers", golden.double));
});

test("scales come back from bitsandbytes' codes as there, bit by bit", () => {
  const { double } = golden;
  const outer = Float32Array.of(...floats("mean", double), ...floats("units", double));
  assert.equal(dequantizeScales(bytes("codes", double), outer), floats("restored", double));
});

test("codes of scales are those of bitsandbytes but for numbers about halfway between two", () => {
  const { double } = golden;
  const scales = floats("scales", double);
  const expected = bytes("codes", double);
  const [mean, units] = [floats("mean", double)[0]!, floats("units", double)];
  const codes = new Uint8Array(scales.length);
  const outer = new Float32Array(1 + units.length);
  quantizeScales(scales, codes, outer);
  assert.ok(Math.abs(outer[0]! / mean - 1) < 1e-6, "the mean, summed in another order");
  for (const [i, unit] of units.entries()) assert.ok(Math.abs(outer[i + 1]! / unit - 1) < 1e-5);
  const numbers = ops.dynamicCodes;
  let others = 0;
  for (const [i, code] of codes.entries()) {
    if (code === expected[i]) continue;
    others++;
    const exact = (scales[i]! - mean) / units[Math.floor(i / ops.scaleGroup)]!;
    const [found, wanted] = [numbers[code]!, numbers[expected[i]!]!];
    assert.is(Math.abs(code - expected[i]!), 1, `scale ${i}`);
    const halfway = Math.abs(exact - (found + wanted) / 2);
    assert.ok(halfway < 0.02 * Math.abs(found - wanted), `scale ${i}: ${exact}`);
  }
  assert.ok(others < 0.01 * codes.length, `${others} codes differ`);
});

test.run();
