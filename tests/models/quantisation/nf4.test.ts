/** NormalFloat as bitsandbytes has it; its numbers are made by tests/golden/make_nf4.py. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dequantise, quantise } from "../../../models/quantisation/index.ts";

const path = new URL("../../golden/quantisation/nf4.json", import.meta.url);
const golden = JSON.parse(readFileSync(path, "utf8")) as Record<string, string> & {
  readonly block: number;
};

const bytes = (name: string) => Uint8Array.from(Buffer.from(golden[name]!, "base64"));
const floats = (name: string) => new Float32Array(bytes(name).buffer);

test("codes, scales and the numbers that come back are those of bitsandbytes, bit by bit", () => {
  const [values, { block }] = [floats("values"), golden];
  const codes = new Uint8Array(values.length / 2);
  const scales = new Float32Array(values.length / block);
  quantise("nf4", values, block, codes, scales);
  assert.equal(scales, floats("scales"));
  assert.equal(codes, bytes("codes"));
  assert.equal(dequantise("nf4", codes, scales, block), floats("restored"));
});

test.run();
