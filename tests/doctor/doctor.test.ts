/** What the doctor says of this machine, and of machines in disrepair. */

import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../engine/index.ts";
import { machineText } from "../../src/cli/doctoring/report-text.ts";
import { examineMachine } from "../../src/doctor/examine.ts";
import { lookAtProcesses, machineProbe } from "../../src/doctor/index.ts";
import { pathloom } from "../cli/pathloom.ts";
import { skipTest } from "../testing/skip.ts";
import { isReallyInstalled, SimulatedMachine } from "./simulated-machine.ts";

test("doctor --json: the machine and every engine, measured or with the reason", async () => {
  const { code, stdout, stderr } = await pathloom(["doctor", "--json"]);
  assert.is(code, 0, stderr);
  const machine = JSON.parse(stdout);
  assert.is(machine.node.version, process.version);
  assert.is(machine.node.supported, true);
  assert.ok(machine.cores >= 1 && machine.memoryBytes > 1e8);
  assert.ok(["onnx", "cuda"].includes(machine.automatic));
  const names = machine.engines.map(({ name }: { name: string }) => name);
  for (const name of ["onnx", "reference"]) assert.ok(names.includes(name));
  for (const engine of machine.engines) {
    if (engine.starts) assert.ok(engine.gflops > 0 && engine.summary.length > 5, engine.name);
    else assert.ok(engine.reason.length > 10, engine.name);
  }
  const onnx = machine.engines.find(({ name }: { name: string }) => name === "onnx");
  assert.is(onnx.starts, true);
  const subjects = machine.findings.map(
    ({ engine, subject }: { engine: string; subject: string }) => `${engine} ${subject}`,
  );
  for (const subject of ["driver", "CUDA", "cuDNN", "Node", "package", "binding", "engine"]) {
    assert.ok(subjects.includes(`cuda ${subject}`), subject);
  }
  assert.is(stderr, "", "the libraries' own logs are kept out");
});

const onlyOnnx = async (name: string) => {
  if (name === "onnx") return { summary: "ONNX Runtime, CPU, 2 threads", gflops: 100 };
  throw new EngineError(`the engine ${name} cannot start: not on this machine`);
};

test("on a machine with nothing, onnx is enough, and cuda's needs each say what installs them", async () => {
  const machine = await examineMachine({
    tryEngine: onlyOnnx,
    probe: {
      ...machineProbe(),
      run: () => null,
      sharedLibraries: () => new Set(),
      findPackage: () => null,
      exists: () => false,
    },
  });
  assert.is(machine.automatic, "onnx");
  assert.match(machine.advice.join("\n"), /nothing is to be installed for the engine onnx/);
  const text = machineText(machine);
  assert.match(text, /– cuda +not on this machine/);
  assert.match(text, /✓ onnx +ONNX Runtime, CPU, 2 threads: 100 GFLOP\/s/);
  assert.match(text, /✗ driver +no NVIDIA driver.*\n +→ install the driver/);
  assert.match(text, /✗ package .*\n +→ npm install --ignore-scripts @tensorflow\/tfjs-node-gpu/);
  const missing = machine.findings.filter(({ status }) => status === "missing");
  assert.is(text.split("\n").filter((line) => line.startsWith("      ")).length, missing.length);
});

test("with tfjs-node built the engine tensorflow starts, nothing is to be done for it, and auto takes onnx", async () => {
  const name = "@tensorflow/tfjs-node";
  const folder = `/app/node_modules/${name}`;
  const binding = `${folder}/lib/napi-v8/tfjs_binding.node`;
  const machine = await examineMachine({
    tryEngine: async (engine) =>
      engine === "tensorflow"
        ? { summary: "TensorFlow 2.21.0, CPU, 2 threads", gflops: 90 }
        : onlyOnnx(engine),
    probe: {
      ...machineProbe(),
      run: () => null,
      findPackage: (engine) =>
        engine === "tensorflow"
          ? { name, version: "4.22.0", folder, isBuilt: true, binding }
          : null,
      tryEngine: async () => "TensorFlow 2.21.0, CPU",
    },
  });
  assert.is(machine.automatic, "onnx");
  const text = machineText(machine);
  assert.match(text, /✓ tensorflow +TensorFlow 2\.21\.0, CPU, 2 threads: 90 GFLOP\/s/);
  const own = text.slice(text.indexOf("what the engine tensorflow needs"));
  assert.match(own, /✓ package .*\n +✓ binding .*\n +✓ engine +TensorFlow 2\.21\.0, CPU/);
  assert.not.match(own, /→/);
});

test("a machine on which nothing starts is told so", async () => {
  const machine = await examineMachine({
    tryEngine: async (name) => {
      throw new EngineError(`the engine ${name} cannot start: no library`);
    },
    probe: { ...machineProbe(), findPackage: () => null },
  });
  assert.is(machine.automatic, null);
  assert.match(machineText(machine), /no engine starts, so nothing can be trained here/);
  assert.match(machine.advice.join("\n"), /run npm ci again/);
});

test("broken CUDA: the driver's own words, what is missing, and what to run", async () => {
  if (isReallyInstalled) {
    skipTest("a simulated broken CUDA: tfjs-node-gpu is installed here");
    return;
  }
  const machine = new SimulatedMachine();
  machine.program(
    "nvidia-smi",
    "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18",
  );
  machine.nativePackage("cuda");
  const { code, stdout, stderr } = await pathloom(["doctor"], { env: machine.environment });
  assert.is(code, 0, stderr);
  assert.match(stdout, /✗ driver .*Failed to initialize NVML.*\n +→ .*restart the machine/);
  assert.match(stdout, /✗ binding .*tfjs_binding\.node is missing.*\n +→ .*doctor --fix-cuda/);
  assert.match(stdout, /– engine +not tried: first driver, /);
  assert.match(stdout, /there is an NVIDIA GPU, but the engine cuda does not start/);
});

test("a library that ends its process does not end the doctor, whose output it cannot disturb", async () => {
  const machine = new SimulatedMachine();
  machine.nativePackage(
    "tensorflow",
    `require("node:fs").writeSync(2, "I0000 chatter of a library\\n"); process.abort();`,
  );
  const { code, stdout, stderr } = await pathloom(["doctor", "--json"], {
    env: machine.environment,
  });
  assert.is(code, 0, stderr);
  assert.is(stderr, "");
  const tensorflow = JSON.parse(stdout).engines.find(
    ({ name }: { name: string }) => name === "tensorflow",
  );
  assert.is(tensorflow.starts, false);
  assert.match(tensorflow.reason, /ended its process by SIGABRT/);
});

test("what several processes need is there, or is said to be missing with what installs it", () => {
  const saved = { path: process.env.PATH, mpi: process.env.PATHLOOM_MPI };
  try {
    const here = lookAtProcesses();
    assert.is(here.next === null, here.libraries.length > 0 && here.launcher !== null);
    process.env.PATH = "";
    process.env.PATHLOOM_MPI = "/nowhere/libmpi.so";
    const missing = lookAtProcesses();
    assert.equal([missing.libraries, missing.launcher], [[], null]);
    assert.match(missing.refused[0]!, /^\/nowhere\/libmpi\.so: it cannot be loaded/);
    assert.match(missing.next!, /apt-get install openmpi-bin/);
  } finally {
    process.env.PATH = saved.path;
    if (saved.mpi === undefined) delete process.env.PATHLOOM_MPI;
    else process.env.PATHLOOM_MPI = saved.mpi;
  }
});

test.run();
