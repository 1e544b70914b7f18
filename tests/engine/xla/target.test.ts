/** Training compiled for a card that is not here, where a plug-in for CUDA is. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError, type Mesh, type Precision } from "../../../engine/index.ts";
import { targets, whyNoTarget, XlaTargetEngine } from "../../../engine/xla/index.ts";
import { targetConfig } from "../../../engine/xla/target/targets.ts";
import { benchShape, trainWorkload } from "../../../src/bench/index.ts";
import { report } from "../../testing/report.ts";

const why = whyNoTarget();
const whenThere = why === null ? test : test.skip;
if (why !== null) console.log(`SKIPPED compiling for a card: ${why}`);

test("a target is told to the compiler as a protocol buffer's text", () => {
  const text = targetConfig(targets.h200);
  assert.match(text, /^gpu_device_info \{ threads_per_block_limit: 1024 .*core_count: 132 /);
  assert.match(text, / cuda_compute_capability \{ major: 9 \} \} platform_name: "CUDA" /);
  assert.match(text, / device_description_str: "NVIDIA H200"$/);
});

test("an unknown target is refused by name", () => {
  assert.throws(
    () => new XlaTargetEngine({ target: "h300" }),
    (error: unknown) =>
      error instanceof EngineError && /no target "h300"; there are h100, h200/.test(error.message),
  );
});

test("without a plug-in for CUDA it says what to fetch", () => {
  assert.match(whyNoTarget(null)!, /no PJRT plug-in for CUDA is here \(pathloom doctor --get xla-cuda13/);
});

interface Wanted {
  readonly mesh?: Mesh;
  readonly precision?: Precision;
}

const rows = 16;
const { decoder } = benchShape("quickstart");

/** A step of the quickstart's decoder. */
function compile(wanted: Wanted) {
  const engine = new XlaTargetEngine({ target: "h200", ...wanted });
  const objects = engine.runtimeObjects;
  const workload = trainWorkload(engine, { ...benchShape("quickstart"), batch: rows }, { adapters: false });
  workload.run(1);
  const { reports } = engine;
  const parameterBytes = 4 * workload.parameters!;
  workload.dispose();
  assert.is(engine.runtimeObjects, objects, "what was compiled is freed");
  engine.dispose();
  return { reports, parameterBytes };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);
