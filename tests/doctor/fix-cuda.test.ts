/** `doctor --fix-cuda`: asks first, builds the binding, and says what is missing for that. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type PathloomOptions, pathloom } from "../cli/pathloom.ts";
import { skipTest } from "../testing/skip.ts";
import { gpuPackage, isReallyInstalled, SimulatedMachine } from "./simulated-machine.ts";

function simulated(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    if (isReallyInstalled) skipTest(`${name}: tfjs-node-gpu is installed here`);
    else await run();
  });
}

const fix = (machine: SimulatedMachine, args: readonly string[], options: PathloomOptions = {}) =>
  pathloom(["doctor", "--fix-cuda", ...args], { ...options, env: machine.environment });

/** Notes its arguments beside itself and leaves an empty binding. */
const compiler = `echo "$@" > "$(dirname "$0")/arguments"
while [ "$1" != -o ]; do shift; done
: > "$2"`;

/** As much of a native package as is looked at before the GPU is missed. */
const fakeTfjs = `module.exports = {
  getBackend: () => "tensorflow",
  backend: () => ({ isUsingGpuDevice: false, binding: { TF_Version: "2.21.0" } }),
};`;

simulated("without the package it says which to install", async () => {
  const { code, stderr } = await fix(new SimulatedMachine(), ["--yes"]);
  assert.is(code, 1);
  assert.match(
    stderr,
    /pathloom: install the package first: npm install --ignore-scripts @tensorf/,
  );
});

simulated(
  "without a libtensorflow it says where one comes from, or that the named one is none",
  async () => {
    const machine = new SimulatedMachine();
    machine.nativePackage("cuda");
    const none = await fix(machine, ["--yes"]);
    assert.is(none.code, 1);
    assert.match(
      none.stderr,
      /no libtensorflow on this machine: pip install tensorflow\[and-cuda\]/,
    );
    const named = await fix(machine, ["--yes", "--libtensorflow", "/nowhere"]);
    assert.is(named.code, 1);
    assert.match(named.stderr, /\/nowhere holds no libtensorflow/);
  },
);

simulated("without a terminal nothing is done unless --yes says so", async () => {
  const machine = new SimulatedMachine();
  const folder = machine.nativePackage("cuda");
  const wheel = machine.wheel();
  const { code, stderr } = await fix(machine, []);
  assert.is(code, 2);
  assert.match(stderr, /no terminal to ask on, so add --yes/);
  assert.ok(stderr.includes(`against ${wheel}/libtensorflow_cc.so.2`), stderr);
  assert.not.ok(existsSync(join(folder, "lib")));
});

simulated(
  "--yes compiles against the wheel of the active environment, then examines again",
  async () => {
    const machine = new SimulatedMachine();
    const folder = machine.nativePackage("cuda");
    const wheel = machine.wheel();
    machine.program("c++", compiler);
    const { code, stdout, stderr } = await fix(machine, ["--yes"]);
    assert.is(code, 0, stderr);
    const noted = readFileSync(join(machine.folder, "bin", "arguments"), "utf8");
    assert.ok(noted.includes(`-L${wheel} -l:libtensorflow_cc.so.2`), noted);
    assert.match(stderr, /^compile .*tfjs_binding\.node against /m);
    assert.ok(stdout.includes(`✓ binding   ${folder}/lib/napi-v8/tfjs_binding.node`), stdout);
  },
);

simulated(
  "after the repair the findings are about what the binding was built against",
  async () => {
    const machine = new SimulatedMachine();
    machine.program("nvidia-smi", "echo 'NVIDIA H200, 570.86.15, 9.0'");
    machine.program("c++", compiler);
    // What the install script left, with a libtensorflow for CUDA 11.2.
    machine.nativePackage("cuda", `${fakeTfjs}\nprocess.stderr.write("Cannot dlopen libcuda\\n");`);
    machine.file(`engines/cuda/node_modules/${gpuPackage}/deps/lib/libtensorflow.so.2`);
    const wheel = machine.wheel();
    // In no active environment: the wheel is known by the binding.
    const { code, stdout, stderr } = await pathloom(
      ["doctor", "--fix-cuda", "--yes", "--libtensorflow", wheel],
      { env: { ...machine.environment, VIRTUAL_ENV: "" } },
    );
    assert.is(code, 0, stderr);
    const own = stdout.slice(stdout.indexOf("what the engine cuda needs"));
    assert.match(own, /✓ driver +NVIDIA H200, driver 570\.86\.15/);
    assert.match(own, /✓ CUDA +the libraries of CUDA 12\.5\.1 are there/);
    assert.match(own, /✓ cuDNN +cuDNN 9 is there/);
    assert.ok(own.includes(`built against ${wheel} for CUDA 12.5.1, cuDNN 9`), own);
    assert.match(
      own,
      /✗ engine +.*TensorFlow 2\.21\.0 sees no GPU.*\n +\| Cannot dlopen libcuda\n/,
    );
    assert.not.match(own.split("what the engine tensorflow")[0]!, /11\.2/);
  },
);

simulated("a compiler that fails is quoted, and the exit code says so", async () => {
  const machine = new SimulatedMachine();
  machine.nativePackage("cuda");
  machine.wheel();
  machine.program("c++", "echo 'tfjs_backend.cc:7: fatal error: no such header' >&2; exit 1");
  const { code, stderr } = await fix(machine, ["--yes"]);
  assert.is(code, 1);
  assert.match(stderr, /tfjs_backend\.cc:7: fatal error: no such header/);
  assert.match(stderr, /pathloom: @tensorflow\/tfjs-node-gpu 4\.22\.0 does not compile/);
});

test("--yes without --fix-cuda is refused", async () => {
  const { code, stderr } = await pathloom(["doctor", "--yes"]);
  assert.is(code, 2);
  assert.match(stderr, /--yes belongs to --fix-cuda and --get/);
});

test.run();
