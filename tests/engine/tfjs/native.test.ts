/** Loading native packages, on simulated ones: a failure leaves nothing behind, and the first that loads stays. */

import { createRequire } from "node:module";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError, type EngineName, startEngine } from "../../../engine/index.ts";
import { isReallyInstalled, SimulatedMachine } from "../../doctor/simulated-machine.ts";
import { skipTest } from "../../testing/skip.ts";

const require = createRequire(import.meta.url);
const variable = "TF_NUM_INTRAOP_THREADS";
const before = { ...process.env };
test.after.each(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** TensorFlow.js as the packages export it, on a backend that says what theirs do. */
const working = (usesGpu: boolean) => `
  const tf = require(${JSON.stringify(require.resolve("@tensorflow/tfjs-core"))});
  const { KernelBackend } = tf;
  class Backend extends KernelBackend {
    isUsingGpuDevice = ${usesGpu};
    binding = { TF_Version: "2.0.0" };
    numDataIds() { return 0; }
    dispose() {}
  }
  tf.registerBackend("tensorflow", () => new Backend());
  module.exports = tf;
`;

function installed(packages: Partial<Record<"cuda" | "tensorflow", string>>): SimulatedMachine {
  const machine = new SimulatedMachine();
  for (const [name, main] of Object.entries(packages)) {
    machine.nativePackage(name as "cuda" | "tensorflow", main);
  }
  Object.assign(process.env, machine.environment);
  return machine;
}

const threadsOf = async (name: EngineName, threads: number | null = null) =>
  (await startEngine(name, { threads })).engine.describe().threads;

test("a library that does not load leaves the environment as it was", async () => {
  installed({ tensorflow: `throw new Error("undefined symbol: TF_Version");` });
  for (const set of [undefined, "5"]) {
    if (set === undefined) delete process.env[variable];
    else process.env[variable] = set;
    delete process.env.TF_CPP_MIN_LOG_LEVEL;
    const error = await startEngine("tensorflow", { threads: 3 }).catch((refusal) => refusal);
    assert.instance(error, EngineError);
    assert.match(error.message, /does not load: undefined symbol/);
    assert.is(process.env[variable], set);
    assert.is(process.env.TF_CPP_MIN_LOG_LEVEL, undefined);
  }
});

test("a library keeps its threads whatever the variable says later, and has the process to itself", async () => {
  if (isReallyInstalled) {
    skipTest("two libraries in one process: tfjs-node-gpu is installed here");
    return;
  }
  installed({ cuda: working(true), tensorflow: working(false) });
  process.env[variable] = "3";
  assert.is(await threadsOf("cuda"), 3);
  process.env[variable] = "6";
  assert.is(await threadsOf("cuda"), 3);
  // Not for its threads: it would compute on the other's library.
  for (const threads of [null, 1]) {
    const error = await startEngine("tensorflow", { threads }).catch((refusal) => refusal);
    assert.instance(error, EngineError);
    assert.match(
      error.message,
      /the engine cuda was loaded before, .* one native library a process/,
    );
  }
});

test.run();
