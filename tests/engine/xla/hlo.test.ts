/** What devices compute and exchange, by modules written as XLA writes them: needs no plug-in. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError, ProtobufMessage } from "../../../engine/index.ts";
import { collectivesOf, computationsOf, costsOf } from "../../../engine/xla/hlo/index.ts";

const message = () => new ProtobufMessage();
const [float32, bfloat16, tuple] = [11, 16, 13];

function shape(type: number, ...sizes: number[]): ProtobufMessage {
  return message().integer(2, type).packedIntegers(3, sizes);
}

const tupleOf = (...parts: ProtobufMessage[]): ProtobufMessage =>
  parts.reduce((made, part) => made.message(4, part), message().integer(2, tuple));

/** `HloInstructionProto`. */
const instruction = (opcode: string, of: ProtobufMessage): ProtobufMessage =>
  message().string(1, `${opcode}.1`).string(2, opcode).message(3, of).integer(35, 7);

/** Groups of devices written one by one, and by the rule that newer versions write. */
const groups = (ids: readonly (readonly number[])[]): ProtobufMessage =>
  ids.reduce((list, each) => list.message(1, message().packedIntegers(1, each)), message());
const ruled = (count: number, devices: number): ProtobufMessage =>
  message().message(2, message().integer(1, count).integer(2, devices));

const computation = (id: number, ...instructions: ProtobufMessage[]): ProtobufMessage =>
  instructions
    .reduce((made, each) => made.message(2, each), message().string(1, "c"))
    .integer(5, id);

/** `HloModuleProtoWithConfig`, whose entry is computation 1. */
function moduleOf(...computations: ProtobufMessage[]): Uint8Array {
  const module = computations.reduce(
    (made, each) => made.message(3, each),
    message().string(1, "jit_step").integer(6, 1),
  );
  return message().message(1, module).message(2, message().integer(1, 5)).assemble();
}

const exchanged = (module: Uint8Array, devices: number) =>
  collectivesOf(computationsOf(module), devices);

test("all-reduces add up, by kind and by size of their groups", () => {
  const all = instruction("all-reduce", shape(float32, 100)).message(87, ruled(1, 4));
  const pairs = instruction("all-reduce", tupleOf(shape(float32, 10), shape(bfloat16, 4, 5)));
  pairs.message(
    87,
    groups([
      [0, 1],
      [2, 3],
    ]),
  );
  assert.equal(exchanged(moduleOf(computation(1, all, all, pairs)), 4), [
    { kind: "all-reduce", devices: 2, count: 1, bytes: 80, sentBytes: 80 },
    { kind: "all-reduce", devices: 4, count: 2, bytes: 800, sentBytes: 1200 },
  ]);
});

test("of an exchange in two parts the start counts, with its result alone", () => {
  const [part, whole] = [shape(float32, 25), shape(float32, 100)];
  const start = instruction("all-gather-start", tupleOf(part, whole));
  // As it was written before.
  start.message(49, message().packedIntegers(1, [0, 1, 2, 3]));
  const done = instruction("all-gather-done", whole);
  assert.equal(exchanged(moduleOf(computation(1, start, done)), 8), [
    { kind: "all-gather", devices: 4, count: 1, bytes: 400, sentBytes: 300 },
  ]);
});

test("without groups all devices exchange; what each keeps of a sum is a part of it", () => {
  const scatter = instruction("reduce-scatter", shape(float32, 10));
  const passed = instruction("collective-permute", shape(bfloat16, 10));
  assert.equal(exchanged(moduleOf(computation(1, scatter, passed)), 5), [
    { kind: "reduce-scatter", devices: 5, count: 1, bytes: 40, sentBytes: 160 },
    { kind: "collective-permute", devices: 5, count: 1, bytes: 20, sentBytes: 20 },
  ]);
});

test("what a loop runs counts as often as it runs, and what nothing runs not at all", () => {
  const reduce = instruction("all-reduce", shape(float32, 10));
  const loop = instruction("while", shape(float32, 1)).packedIntegers(38, [3]);
  loop.string(43, '{"known_trip_count":{"n":"6"}}');
  const call = instruction("call", shape(float32, 1)).integer(38, 2);
  const module = moduleOf(
    computation(1, call, call, instruction("add", shape(float32, 10))),
    computation(2, loop),
    computation(3, reduce),
    computation(4, reduce),
  );
  const [found] = exchanged(module, 2);
  assert.equal([found!.count, found!.bytes], [12, 480]);
});

/** Of 8 x 16 and 16 x 4, with the operands' ids. */
function productOf(opcode: string): ProtobufMessage[] {
  const left = message()
    .string(2, "parameter")
    .message(3, shape(float32, 8, 16))
    .integer(35, 1);
  const right = message()
    .string(2, "parameter")
    .message(3, shape(bfloat16, 16, 4))
    .integer(35, 2);
  const made = message()
    .string(2, opcode)
    .message(3, shape(float32, 8, 4));
  return [left, right, made.integer(35, 3).packedIntegers(36, [1, 2])];
}

test("products are counted by what they sum over, XLA's own and the vendor's", () => {
  const [left, right, own] = productOf("dot");
  own!.message(30, message().packedIntegers(1, [1]).packedIntegers(2, [0]));
  const vendors = productOf("custom-call")[2]!;
  vendors.string(43, '{"gemm":{"dot_dimension_numbers":{"lhs_contracting_dimensions":["1"]}}}');
  const { flops } = costsOf(computationsOf(moduleOf(computation(1, left!, right!, own!, vendors))));
  assert.is(flops, 2 * (2 * 8 * 4 * 16));
});

test("a kernel reads its operands and writes its results, whatever lies between its parts", () => {
  const [left, right, fusion] = productOf("fusion");
  fusion!.packedIntegers(38, [2]);
  const inside = productOf("dot");
  const module = moduleOf(computation(1, left!, right!, fusion!), computation(2, ...inside));
  const { bytesAccessed } = costsOf(computationsOf(module));
  assert.is(bytesAccessed, 4 * 8 * 16 + 2 * 16 * 4 + 4 * 8 * 4);
});

test("a module that is cut off is refused", () => {
  const whole = moduleOf(computation(1, instruction("all-reduce", shape(float32, 100))));
  for (const length of [whole.length - 1, 5, 1]) {
    assert.throws(
      () => computationsOf(whole.subarray(0, length)),
      (error: unknown) => error instanceof EngineError,
      String(length),
    );
  }
});

test.run();
