/** The wire format of protocol buffers, byte by byte. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ProtobufMessage } from "../../../engine/onnx/lower/protobuf.ts";

const hex = (message: ProtobufMessage) => Buffer.from(message.assemble()).toString("hex");

test("integers are varints, seven bits a byte", () => {
  assert.is(hex(new ProtobufMessage().integer(1, 1)), "0801");
  assert.is(hex(new ProtobufMessage().integer(1, 150)), "089601");
  assert.is(hex(new ProtobufMessage().integer(2, 2 ** 35)), "10808080808001");
});

test("a negative integer takes ten bytes", () => {
  assert.is(hex(new ProtobufMessage().integer(1, -1)), "08ffffffffffffffffff01");
});

test("field numbers above 15 take two bytes", () => {
  assert.is(hex(new ProtobufMessage().integer(20, 7)), "a00107");
});

test("floats are little-endian", () => {
  assert.is(hex(new ProtobufMessage().float(2, 1.5)), "150000c03f");
});

test("strings, bytes and messages carry their length", () => {
  assert.is(hex(new ProtobufMessage().string(2, "testing")), "120774657374696e67");
  assert.is(hex(new ProtobufMessage().bytes(3, Uint8Array.of(1, 2))), "1a020102");
  const child = new ProtobufMessage().integer(1, 150);
  assert.is(hex(new ProtobufMessage().message(3, child)), "1a03089601");
});

test("packed integers share one field", () => {
  assert.is(hex(new ProtobufMessage().packedIntegers(4, [3, 270, 86942])), "2206038e029ea705");
});

test.run();
