/** Training compiled for a card that is not here, where a plug-in for CUDA is. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  EngineError,
  Graph,
  gradients,
  type Mesh,
  ops,
  type Precision,
  type Value,
} from "../../../engine/index.ts";
import {
  type CompileReport,
  targets,
  whyNoTarget,
  XlaTargetEngine,
} from "../../../engine/xla/index.ts";
import { oneDevice } from "../../../engine/xla/mesh/index.ts";
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
  assert.match(
    whyNoTarget(null)!,
    /no PJRT plug-in for CUDA is here \(pathloom doctor --get xla-cuda13/,
  );
});

/** A step of a decoder of one small layer on eight rows, as the trainer asks for it. */
function compile(mesh: Mesh, precision: Precision = "float32") {
  const engine = new XlaTargetEngine({ target: "h200", mesh, precision });
  const objects = engine.runtimeObjects;
  const workload = trainWorkload(engine, { ...benchShape("tiny"), batch: 8 }, { adapters: false });
  workload.run(1);
  const { reports } = engine;
  assert.is(engine.runtimeObjects, objects, "what was compiled is freed");
  const parameterBytes = 4 * workload.parameters!;
  workload.dispose();
  assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
  engine.dispose();
  return { reports, parameterBytes };
}

whenThere(
  "attention as a kernel of cuDNN compiles, forward and backward, without the scores",
  () => {
    const saved = process.env.PATHLOOM_XLA_ATTENTION;
    const needed = (asked: string, precision: Precision = "bfloat16") => {
      process.env.PATHLOOM_XLA_ATTENTION = asked;
      const engine = new XlaTargetEngine({ target: "h200", precision });
      const graph = new Graph();
      const shape = [2, 4, 512, 64];
      const operands = ["query", "key", "value"].map((name) => graph.input(name, shape));
      const [query, key, value] = operands as [Value, Value, Value];
      const segments = graph.input("segments", [2, 512], "int32");
      const attended = ops.causalAttention({ query, key, value, segments });
      const loss = ops.sum(ops.multiply(attended, graph.input("weights", shape)));
      for (const [i, each] of gradients(loss, operands).entries()) graph.output(`${i}`, each);
      engine.compile(graph, { name: "attention" });
      const { memory, flops } = engine.reports[0]!;
      engine.dispose();
      return { memory: memory.temporary, flops };
    };
    const [whole, fused] = [needed("blocks"), needed("fused")];
    report(
      `attention of 512 positions for an H200: ${whole.memory} bytes whole, ${fused.memory} by a kernel of cuDNN`,
    );
    assert.ok(fused.memory < whole.memory / 3, `${fused.memory} beside ${whole.memory}`);
    // Two products forward and five backward, of the whole square; blocks leave some of it out.
    assert.is(fused.flops, 7 * 2 * (2 * 4 * 512 * 512) * 64);
    assert.ok(whole.flops < fused.flops && whole.flops > fused.flops / 3, `${whole.flops}`);
    // The kernel has no float32: then attention is what it is otherwise.
    assert.equal(needed("fused", "float32"), needed("blocks", "float32"));
    if (saved === undefined) delete process.env.PATHLOOM_XLA_ATTENTION;
    else process.env.PATHLOOM_XLA_ATTENTION = saved;
  },
);

const sumOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);
const sentBytes = (reports: readonly CompileReport[]): number =>
  sumOf(reports.flatMap(({ collectives }) => collectives.map((each) => each.sentBytes)));

function tell(name: string, reports: readonly CompileReport[]): void {
  const seconds = sumOf(reports.map((each) => each.seconds)).toFixed(1);
  const aliased = sumOf(reports.map(({ memory }) => memory.aliased));
  report(
    `compiled for ${name}: ${reports.length} programs in ${seconds} s, ${aliased} bytes updated in place, each card sends ${sentBytes(reports)} bytes`,
  );
}

whenThere("it is told how often a program was run, not only that it was compiled", () => {
  const engine = new XlaTargetEngine({ target: "h200" });
  const type = { dtype: "float32", shape: [4] } as const;
  const graph = new Graph();
  graph.output("y", ops.multiply(graph.input("x", type.shape), 2));
  const program = engine.compile(graph);
  const [x, y] = [engine.buffer(type), engine.buffer(type)] as const;
  const runs = () => engine.reports.map((each) => each.runs);
  assert.equal(runs(), [0]);
  for (let i = 0; i < 3; i++) program.run({ x }, { y });
  assert.equal(runs(), [3]);
  engine.dispose();
});

whenThere("a step compiles for one H200, its moments and parameters updated in place", () => {
  const { reports, parameterBytes } = compile(oneDevice, "bfloat16");
  tell("an H200", reports);
  const aliased = sumOf(reports.map(({ memory }) => memory.aliased));
  assert.is(aliased, 3 * parameterBytes, "parameters and both moments");
  // Forward and twice as much backward, of two operations a parameter and token; attention beside it.
  const products = 6 * (parameterBytes / 4) * 8 * 16;
  const flops = sumOf(reports.map((each) => each.flops));
  assert.ok(flops > 0.8 * products && flops < 1.5 * products, `${flops} beside ${products}`);
  assert.is(sentBytes(reports), 0);
});

whenThere("eight cards exchange the gradients, and keep an eighth of what is sharded", () => {
  const mesh = { data: 8, model: 1, sharded: true };
  const { reports, parameterBytes } = compile(mesh);
  tell("eight H200, sharded", reports);
  assert.ok(sentBytes(reports) >= (2 * 7 * parameterBytes) / 8, "all gradients");
  const aliased = sumOf(reports.map(({ memory }) => memory.aliased));
  // What is small is kept whole.
  assert.ok(aliased < 0.5 * 3 * parameterBytes, `${aliased} of ${3 * parameterBytes}`);
});

test.run();
