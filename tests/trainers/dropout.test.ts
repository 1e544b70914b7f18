import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, ops, startEngine } from "../../engine/index.ts";
import { DropoutMasks, dropoutInputs } from "../../trainers/step/dropout.ts";

const { engine } = await startEngine("onnx");
const shape = [64, 128];
const type = { dtype: "float32", shape } as const;

/** What dropout makes of a tensor of ones. */
function dropped(rate: number, seed: string): Float32Array {
  const graph = new Graph();
  const drop = dropoutInputs(graph, rate);
  graph.output("y", drop(ops.multiply(graph.input("x", shape), 1)));
  const masks = new DropoutMasks(engine, graph);
  masks.draw(seed);
  const y = engine.buffer(type);
  const x = engine.buffer(type, new Float32Array(64 * 128).fill(1));
  engine.compile(graph).run({ x, ...masks.buffers }, { y });
  return (y.read() as Float32Array).slice();
}

test("the share of the rate is zero, and the rest is scaled up so that the mean stays", () => {
  for (const rate of [0.1, 0.25, 0.5]) {
    const values = dropped(rate, "share");
    const zeros = values.filter((value) => value === 0).length / values.length;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(zeros - rate) < 0.015, `${zeros} of ${rate}`);
    assert.ok(Math.abs(mean - 1) < 0.03, `mean ${mean}`);
    assert.ok(values.every((value) => value === 0 || Math.abs(value - 1 / (1 - rate)) < 1e-6));
  }
});

test("a seed gives one mask, and another seed another", () => {
  assert.equal(dropped(0.3, "a"), dropped(0.3, "a"));
  assert.not.equal(dropped(0.3, "a"), dropped(0.3, "b"));
});

test.run();
