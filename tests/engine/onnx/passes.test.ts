/** The passes that fit graphs to the runtime: any may be left out, and the page tells them in their order. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { gradients, ops } from "../../../engine/index.ts";
import { OnnxEngine } from "../../../engine/onnx/index.ts";
import { passes } from "../../../engine/onnx/optimise/index.ts";
import { tuningFor } from "../../../engine/onnx/tuning.ts";
import { assertClose, type Build, noise, reference, runOn } from "./support.ts";

/** A layer large enough for blocks and loops, and an update of its weight that can be tiled. */
const step: Build = (x, weight, moment) => {
  const hidden = ops.softmax(ops.geluNew(ops.linear(x!, weight!, null)));
  const loss = ops.sum(ops.multiply(hidden, hidden));
  const [gradient] = gradients(loss, [weight!]);
  return [hidden, gradient!, ops.add(ops.multiply(moment!, 0.9), 0.1)];
};
const operands = [noise([512, 128], 1), noise([256, 128], 2), noise([64, 64], 3)];

test("a step is the same whichever pass is left out, in another number of operations", () => {
  const expected = runOn(reference, step, operands);
  const names = passes.map(({ name }) => name);
  for (const withoutPasses of [[], ...names.map((name) => [name]), names]) {
    const engine = new OnnxEngine({ threads: 1, withoutPasses });
    assertClose(runOn(engine, step, operands), expected, 1e-4);
    assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
    engine.dispose();
  }
});

test("sizes that are a quarter or four times as large change nothing either", () => {
  const expected = runOn(reference, step, operands);
  for (const factor of [0.25, 4]) {
    const now = tuningFor(1);
    const tuning = {
      ...now,
      loops: { ...now.loops, blockElements: factor * now.loops.blockElements },
      tiles: { ...now.tiles, tileElements: factor * now.tiles.tileElements },
    };
    const engine = new OnnxEngine({ threads: 1, tuning });
    assertClose(runOn(engine, step, operands), expected, 1e-4);
    engine.dispose();
  }
});

test("docs/onnx.md tells the passes in the order of the list", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/onnx.md"), "utf8");
  const told = [...page.matchAll(/^\| `(tiles|layout|loops)` \|/gm)].map(([, name]) => name);
  assert.equal(
    told,
    passes.map(({ name }) => name),
  );
});

test("the runtime and what calls it are pinned exactly, while its private operators are used", () => {
  const file = join(import.meta.dirname, "../../../package.json");
  const { dependencies } = JSON.parse(readFileSync(file, "utf8")) as {
    dependencies: Record<string, string>;
  };
  for (const name of ["onnxruntime-node", "koffi"]) {
    assert.match(dependencies[name]!, /^\d+\.\d+\.\d+$/, name);
  }
});

test.run();
