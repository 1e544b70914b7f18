/** Graphs: what can be built, and what is refused where it is asked for. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  bytesOf,
  constantData,
  describeType,
  Graph,
  GraphError,
  ops,
} from "../../../engine/index.ts";

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    assert.instance(error, GraphError);
    return (error as Error).message;
  }
  return assert.unreachable("was not refused") as never;
}

test("an operation's result has the type that its operands give it", () => {
  const graph = new Graph();
  const a = graph.input("a", [2, 1, 3]);
  const b = graph.input("b", [4, 1]);
  assert.is(describeType(ops.add(a, b).type), "float32[2, 4, 3]");
  assert.is(describeType(ops.less(a, b).type), "bool[2, 4, 3]");
  assert.is(describeType(ops.sum(a, [0, 2]).type), "float32[1]");
  assert.is(describeType(ops.cast(a, "uint8").type), "uint8[2, 1, 3]");
  assert.is(bytesOf(ops.cast(a, "uint8").type), 6);
});

test("an error names the operation, the operands and the line that asked", () => {
  const graph = new Graph();
  const message = refusal(() => ops.add(graph.input("a", [2, 3]), graph.input("b", [4])));
  assert.match(message, /add: shapes \[2, 3\] and \[4\] do not broadcast/);
  assert.match(message, /\(at .*tests\/engine\/graph\/graph\.test\.ts:\d+:\d+\)/);
});

test("what has no meaning is refused", () => {
  const graph = new Graph();
  const x = graph.input("x", [2, 3]);
  const ids = graph.input("ids", [2], "int32");
  assert.match(
    refusal(() => graph.input("x", [1])),
    /input "x" exists already/,
  );
  assert.match(
    refusal(() => graph.input("empty", [2, 0])),
    /positive integers, got \[2, 0\]/,
  );
  assert.match(
    refusal(() => graph.constant(new Float32Array(3), [2], "float32")),
    /3 elements/,
  );
  assert.match(
    refusal(() => ops.add(x, ids)),
    /cannot combine float32 with int32/,
  );
  assert.match(
    refusal(() => ops.exp(ids)),
    /exp: needs float32, got int32/,
  );
  assert.match(
    refusal(() => ops.not(x)),
    /not: needs bool/,
  );
  assert.match(
    refusal(() => ops.and(x, x)),
    /and: needs bool/,
  );
  assert.match(
    refusal(() => ops.less(x, ids)),
    /cannot compare/,
  );
  assert.match(
    refusal(() => ops.select(x, x, x)),
    /select: needs bool/,
  );
  assert.match(
    refusal(() => ops.matmul(x, x)),
    /inner sizes differ: \[2, 3\] and \[2, 3\]/,
  );
  assert.match(
    refusal(() => ops.matmul(ids, x)),
    /matmul: needs float32/,
  );
  assert.match(
    refusal(() => ops.reshape(x, [4])),
    /reshape: \[2, 3\] to \[4\]/,
  );
  assert.match(
    refusal(() => ops.transpose(x, [0])),
    /transpose: order \[0\] of rank 2/,
  );
  assert.match(
    refusal(() => ops.sum(x, [2])),
    /sum: axes \[2\] of a tensor of rank 2/,
  );
  assert.match(
    refusal(() => ops.slice(x, 1, 2, 4)),
    /slice 2 to 4 of axis 1 with 3 elements/,
  );
  assert.match(
    refusal(() => ops.concat([x, ids], 0)),
    /concat along 0/,
  );
  assert.match(
    refusal(() => ops.broadcastTo(x, [3, 2])),
    /broadcastTo/,
  );
  assert.match(
    refusal(() => ops.gather(x, x)),
    /indices are float32, not int32/,
  );
  assert.match(
    refusal(() => ops.add(1, 2)),
    /two numbers/,
  );
  assert.match(
    refusal(() => graph.output("y", new Graph().scalar(1))),
    /another graph/,
  );
  assert.match(
    refusal(() => ops.add(x, new Graph().scalar(1))),
    /operand 1 belongs to another/,
  );
});

test("scopes nest, and end when building fails", () => {
  const graph = new Graph();
  const x = graph.input("x", [2]);
  const inner = graph.scope("layers.0", () => graph.scope("attention", () => ops.exp(x)));
  assert.is(inner.node.scope, "layers.0/attention");
  assert.throws(() =>
    graph.scope("broken", () => {
      throw new Error("on purpose");
    }),
  );
  assert.is(ops.exp(x).node.scope, "");
});

test("numbers become scalars of the other operand's type", () => {
  const graph = new Graph();
  const ids = graph.input("ids", [2], "int32");
  const { node } = ops.add(ids, 3);
  assert.equal(constantData(node.inputs[1]!), Int32Array.of(3));
});

test.run();
