/** Measuring: alone, beside a peer that follows the protocol, and beside PyTorch where there is one. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, Graph, ops, startEngine } from "../../engine/index.ts";
import { parameterCount } from "../../models/index.ts";
import {
  BenchError,
  bench,
  benchShape,
  benchShapes,
  benchWithoutEngine,
  generateWorkload,
  matmulWorkload,
  parseProductShape,
  trainWorkload,
} from "../../src/bench/index.ts";
import { MeasuredEngine } from "../../src/bench/measured-engine.ts";
import { loadConfig } from "../../src/config/index.ts";
import { skipTest } from "../testing/skip.ts";

const folder = mkdtempSync(join(tmpdir(), "pathloom-bench-"));
const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => {
  engine.dispose();
  rmSync(folder, { recursive: true });
});

const brief = { rounds: 3, secondsPerRound: 0.01, python: null };
const tiny = benchShape("tiny");
const train = (on: Engine) => trainWorkload(on, tiny, { adapters: false });

/** A program that answers as the peer does, with the body of its `answer(question)`. */
function fakePython(name: string, body: string): string {
  const script = join(folder, `${name}.mjs`);
  writeFileSync(
    script,
    `import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  const answer = () => { ${body} };
  console.log(JSON.stringify(answer()));
}`,
  );
  const program = join(folder, name);
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${script}\n`);
  chmodSync(program, 0o755);
  return program;
}

async function refused(python: string, message: RegExp): Promise<void> {
  try {
    await bench(engine, train, { ...brief, python });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, BenchError);
    assert.match((error as Error).message, message);
  }
}

test("a product's operations are counted, and measured by the engine's peak", async () => {
  const result = await bench(engine, (on) => matmulWorkload(on, [96, 64, 32]), brief);
  assert.is(result.rounds, 3);
  assert.equal([result.programRunsPerUnit, result.runtimeCallsPerUnit], [1, 1]);
  assert.is(result.draft, true, "three rounds are few");
  assert.is(result.tokensPerSecond, null);
  const flops = 2 * 96 * 64 * 32;
  assert.ok(result.gflops! > 0 && result.secondsPerUnit > 0);
  assert.ok(result.gflops! < (10 * flops) / result.secondsPerUnit / 1e9);
  assert.is(result.shareOfPeak, result.gflops! / result.peakGflops!);
  assert.ok(result.peakMemoryBytes > 1e7);
  assert.ok(result.spread[0] <= 1 && result.spread[1] >= 1);
  assert.is(result.peer, null);
  assert.is(result.ratio, null);
});

test("training, adapters and generation make a fixed number of calls a unit and leak nothing", async () => {
  const alive = engine.memory();
  const calls = async (...[make]: [(on: Engine) => ReturnType<typeof train>]) => {
    const result = await bench(engine, make, brief);
    assert.ok(result.tokensPerSecond! > 0);
    for (const resident of result.residentMemoryBytes) {
      assert.ok(resident > 1e7 && resident <= result.peakMemoryBytes);
    }
    return [result.programRunsPerUnit, result.runtimeCallsPerUnit];
  };
  assert.equal(await calls(train), await calls(train));
  const [runs, adapterCalls] = await calls((on) => trainWorkload(on, tiny, { adapters: true }));
  assert.ok(runs! > 1 && adapterCalls! >= runs!, "a program makes at least a call");
  const sizes = { batch: 2, promptTokens: 4, newTokens: 5 };
  const generating = await calls((on) => generateWorkload(on, tiny, sizes));
  // Each prompt is read alone and gives its first token; the other four come for both at once.
  assert.equal(generating, [2 + 4, 2 + 4], "a call a prompt, and one a further token");
  assert.equal(engine.memory(), alive);
});

test("a program that works tile by tile makes a call of the runtime for each tile", () => {
  const measured = new MeasuredEngine(engine);
  // Of 24,576 elements each on one thread.
  const size = 3 * 24_576 + 1;
  const graph = new Graph();
  graph.output("y", ops.multiply(graph.input("x", [size]), 2));
  const program = measured.compile(graph, { donate: { y: "x" } });
  const x = measured.buffer({ dtype: "float32", shape: [size] });
  const before = measured.work;
  program.run({ x }, { y: x });
  const after = measured.work;
  assert.is(after.programRuns - before.programRuns, 1);
  assert.is(after.runtimeCalls! - before.runtimeCalls!, 4);
  for (const each of [program, x]) each.dispose();
});

test("what no engine computes is disposed, whether it ends or fails", async () => {
  let disposed = 0;
  const workload = {
    summary: "work",
    tokensPerUnit: 5,
    parameters: null,
    trainedParameters: null,
    precision: null,
    peerWork: null,
    run: (_units: number) => {},
    dispose: () => disposed++,
  };
  const result = await benchWithoutEngine(workload, brief);
  assert.equal([result.tokensPerSecond! > 0, result.engine, disposed], [true, null, 1]);
  const failing = {
    ...workload,
    run: () => {
      throw new Error("no file");
    },
  };
  const failure = await benchWithoutEngine(failing, brief).catch((error: Error) => error.message);
  assert.equal([failure, disposed], ["no file", 2]);
});

test("how the weights are kept is told", async () => {
  const sizes = { batch: 1, promptTokens: 4, newTokens: 2 };
  const quantized = (on: Engine) => generateWorkload(on, tiny, { ...sizes, weightDtype: "int8" });
  assert.is((await bench(engine, quantized, brief)).precision, "int8");
  assert.is((await bench(engine, train, { ...brief, rounds: 5 })).draft, false);
});

test("a peer is told a published model, whose context holds prompt and continuation", () => {
  for (const [shape, modelType, key] of [
    ["gpt2-12m", "gpt2", "n_positions"],
    ["llama-100m", "llama", "max_position_embeddings"],
  ] as const) {
    const { contextLength } = benchShape(shape).decoder;
    const sizes = { batch: 1, promptTokens: 16, newTokens: contextLength };
    const { peerWork, dispose } = generateWorkload(engine, benchShape(shape), sizes);
    dispose();
    const { config } = peerWork as { readonly config: Readonly<Record<string, unknown>> };
    assert.equal([config.model_type, config[key]], [modelType, contextLength + 16]);
  }
});

test("rounds alternate with the peer's, which does as many units", async () => {
  const counts = `parameters: 4592, trainedParameters: 4592`;
  const python = fakePython(
    "python-peer",
    `if (question.work) {
       if (question.work.kind !== "train" || question.threads !== 1) return { error: line };
       return { versions: { torch: "2" }, ${counts} };
     }
     return { seconds: question.units, peakMemoryBytes: 7 };`,
  );
  const result = await bench(engine, train, { ...brief, python });
  assert.equal(result.peer!.versions, { torch: "2" });
  assert.is(result.peerPeakMemoryBytes, 7);
  assert.equal([result.precision, result.peer!.precision], ["float32", "float32"]);
  assert.is(result.peer!.tokensPerSecond, 32, "32 tokens a step, a second a step");
  assert.ok(result.ratio! > 1);
});

test("a peer that does other work is refused", async () => {
  const python = fakePython(
    "python-other",
    `return { versions: {}, parameters: 1, trainedParameters: 1 };`,
  );
  await refused(python, /the peer's model has 1 parameters, ours 4592: not the same work/);
});

test("a peer that is missing, dies, or lacks a package says so", async () => {
  await refused(join(folder, "python9"), /python9: no such program; name a Python/);
  await refused(folder, /no virtual environment \(no bin\/python in it\)/);
  const dying = join(folder, "python-dying");
  writeFileSync(dying, "#!/bin/sh\necho Killed >&2\nexit 137\n");
  chmodSync(dying, 0o755);
  await refused(dying, /the peer ended: Killed/);
  const lacking = fakePython("python-lacking", `return { error: "torch is missing" };`);
  await refused(lacking, /the peer: torch is missing/);
});

test("PyTorch does the same work: equally many parameters", async () => {
  const python = process.env.PATHLOOM_PEER_PYTHON;
  if (python === undefined) {
    skipTest("the PyTorch peer: PATHLOOM_PEER_PYTHON names no virtual environment");
    return;
  }
  const sizes = { batch: 2, promptTokens: 4, newTokens: 5 };
  for (const make of [
    train,
    (on: Engine) => trainWorkload(on, tiny, { adapters: true }),
    (on: Engine) => generateWorkload(on, tiny, sizes),
    (on: Engine) => matmulWorkload(on, [32, 32, 32]),
  ]) {
    const { ratio, peer } = await bench(engine, make, { ...brief, python });
    assert.ok(ratio! > 0);
    assert.match(peer!.versions.torch!, /^2\./);
  }
});

test("the shapes have the parameters that they are named after", () => {
  const count = (name: string) => parameterCount(benchShapes[name]!.decoder);
  assert.is(count("gpt2-12m"), 11_532_288);
  assert.ok(Math.abs(count("llama-100m") - 100e6) < 1e6, String(count("llama-100m")));
  assert.is(count("gpt2-small"), 124_439_808);
  assert.is(count("llama-1b"), 1_235_814_400);
});

test("the smallest shape is the released model's", () => {
  const { model } = loadConfig("configs/icons.yaml", []);
  const { decoder } = benchShapes.quickstart!;
  for (const key of [
    "layers",
    "hiddenSize",
    "heads",
    "contextLength",
    "tieEmbeddings",
    "positions",
  ] as const) {
    assert.is(decoder[key], model[key], key);
  }
});

test("unknown shapes are refused with those that there are", () => {
  assert.throws(() => benchShape("gpt5"), /no shape "gpt5"; there are quickstart, gpt2-12m/);
  assert.throws(() => benchShape("toString"), /no shape "toString"/);
  assert.equal(parseProductShape("64"), [64, 64, 64]);
  assert.equal(parseProductShape("1x2x3"), [1, 2, 3]);
  for (const text of ["", "0", "2x3", "1x2x3x4", "axb", "1e9"]) {
    assert.throws(() => parseProductShape(text), /expected a size/);
  }
});

test.run();
