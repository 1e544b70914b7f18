/** Which engine starts, why, and what is said when one does not. */

import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError, engineNames, measurePeak, startEngine } from "../../engine/index.ts";
import { findNativePackage } from "../../engine/tfjs/package/index.ts";
import { configSections } from "../../src/config/index.ts";
import { skipTest } from "../testing/skip.ts";

test("an engine that is asked for is started", async () => {
  const { engine, reason } = await startEngine("reference");
  assert.is(engine.name, "reference");
  assert.is(reason, "reference was asked for");
  engine.dispose();
});

test("a configuration may ask for every engine that is registered, and for no other", () => {
  const keys = configSections.flatMap((section) => section.keys);
  const { type } = keys.find(({ path }) => path === "train.engine")!;
  assert.equal(type.split(" | ").toSorted(), ["auto", ...engineNames].toSorted());
});

test("threads are passed on, and all cores are taken without", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  assert.is(engine.describe().threads, 1);
  const { engine: other } = await startEngine("onnx", { threads: null });
  assert.ok(other.describe().threads >= 1);
});

test("auto takes the first that starts and says why not those before", async () => {
  const { engine, reason } = await startEngine("auto");
  if (findNativePackage("cuda") === null) {
    assert.is(engine.name, "onnx");
    assert.match(reason, /^onnx is the first that starts; xla: .*; cuda: .* is not installed/);
  } else {
    assert.ok(["cuda", "onnx"].includes(engine.name));
  }
});

test("an engine whose package is missing says how to get it", async () => {
  if (findNativePackage("cuda") !== null) {
    skipTest("the missing package of the engine cuda: it is installed here");
    return;
  }
  try {
    await startEngine("cuda");
    assert.unreachable();
  } catch (error) {
    assert.instance(error, EngineError);
    assert.match(
      (error as Error).message,
      /@tensorflow\/tfjs-node-gpu is not installed \(see pathloom doctor\)/,
    );
  }
});

test("an unknown engine is refused with the names that there are", async () => {
  try {
    await startEngine("metal" as "onnx");
    assert.unreachable();
  } catch (error) {
    assert.is(
      (error as Error).message,
      'there is no engine "metal"; there are auto, xla, cuda, onnx, openvino, tensorflow, reference',
    );
  }
});

test("devices are asked of xla alone, and refused of what computes on one", async () => {
  const mesh = { data: 2, model: 1, sharded: false };
  const error = await startEngine("onnx", { mesh }).catch((each: unknown) => each);
  assert.instance(error, EngineError);
  assert.match((error as Error).message, /onnx computes on one device; xla has meshes/);
  const none = await startEngine("auto", { mesh }).catch((each: unknown) => each);
  // Where there is a plug-in, it starts.
  if (none instanceof Error) assert.match(none.message, /no engine starts; xla: /);
  else (none as { engine: { name: string; dispose(): void } }).engine.dispose();
});

test("the peak is measured once", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const alive = engine.memory();
  const peak = measurePeak(engine);
  assert.ok(peak > 1e8, `${peak} floating-point operations per second`);
  const before = performance.now();
  assert.is(measurePeak(engine), peak);
  assert.ok(performance.now() - before < 5);
  assert.equal(engine.memory(), alive);
});

test.run();
