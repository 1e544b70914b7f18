/** What the diagnosis tells a person, on machines in several states of disrepair. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../../src/engine/index.ts";
import { cuda11, cuda12, isAtLeast } from "../../../src/engine/tfjs/cuda-libraries.ts";
import { diagnose, type Finding } from "../../../src/engine/tfjs/diagnose.ts";
import type { NativeEngineName, NativePackage } from "../../../src/engine/tfjs/native-package.ts";
import { machineProbe, type Probe, prebuiltLibrary } from "../../../src/engine/tfjs/probe.ts";

function packageOf(engine: NativeEngineName, isBuilt: boolean): NativePackage {
  const name = engine === "cuda" ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  const folder = `/app/node_modules/${name}`;
  return {
    name,
    version: "4.22.0",
    folder,
    isBuilt,
    binding: `${folder}/lib/napi-v8/tfjs_binding.node`,
  };
}

interface Machine {
  readonly platform?: string;
  readonly nodeVersion?: string;
  /** What nvidia-smi prints; no such command unless given. */
  readonly smi?: string;
  readonly smiStatus?: number;
  readonly libraries?: readonly string[];
  readonly packages?: Partial<Record<NativeEngineName, NativePackage>>;
  readonly files?: readonly string[];
  readonly start?: (engine: NativeEngineName) => string;
}

function probeOf(machine: Machine): Probe {
  const { smi, packages = {}, files = [] } = machine;
  return {
    platform: machine.platform ?? "linux",
    architecture: "x64",
    nodeVersion: machine.nodeVersion ?? "20.20.2",
    run: (command) =>
      command === "nvidia-smi" && smi !== undefined
        ? { status: machine.smiStatus ?? 0, output: smi }
        : null,
    sharedLibraries: () => new Set(machine.libraries ?? []),
    findPackage: (engine) => packages[engine] ?? null,
    exists: (path) => files.includes(path),
    tryEngine: async (engine) => (machine.start ?? (() => "TensorFlow 2.21.0, one GPU"))(engine),
  };
}

/** The findings of one engine by subject. */
async function findingsOf(engine: NativeEngineName, machine: Machine) {
  const all = await diagnose(probeOf(machine));
  const found = all.filter((finding) => finding.engine === engine);
  return Object.fromEntries(found.map((finding) => [finding.subject, finding])) as Record<
    string,
    Finding
  >;
}

const statuses = (findings: Record<string, Finding>) =>
  Object.fromEntries(Object.entries(findings).map(([subject, { status }]) => [subject, status]));

const h200 = "NVIDIA H200, 570.86.15, 9.0\n";
const libraries12 = [...cuda12.libraries, cuda12.cudnnLibrary];
const libraries11 = [...cuda11.libraries, cuda11.cudnnLibrary];
const built = { cuda: packageOf("cuda", true) };
const prebuilt = { packages: built, files: [prebuiltLibrary(built.cuda)] };

test("on a machine with nothing every missing part is named with what installs it", async () => {
  const cuda = await findingsOf("cuda", {});
  assert.equal(statuses(cuda), {
    platform: "ok",
    driver: "missing",
    CUDA: "missing",
    cuDNN: "missing",
    Node: "ok",
    package: "missing",
    binding: "unknown",
    engine: "unknown",
  });
  assert.match(cuda.driver!.next!, /nvidia-driver/);
  assert.match(cuda.package!.next!, /npm install @tensorflow\/tfjs-node-gpu/);
  assert.is(cuda.engine!.summary, "not tried: first driver, CUDA, cuDNN, package, binding");
});

test("whatever is missing or broken, there is something to do next", async () => {
  const machines: Machine[] = [
    {},
    { smi: h200, libraries: libraries12, packages: { cuda: packageOf("cuda", false) } },
    { platform: "darwin" },
    { nodeVersion: "18.1.0" },
    { smi: "", smiStatus: 9 },
    { smi: h200, libraries: libraries11, packages: { tensorflow: packageOf("tensorflow", false) } },
  ];
  for (const machine of machines) {
    for (const { status, subject, next } of await diagnose(probeOf(machine))) {
      if (status === "missing" || status === "broken") assert.ok(next, subject);
      if (status === "ok") assert.is(next, null, subject);
    }
  }
});

test("with everything there the engine is started and says what it is", async () => {
  const cuda = await findingsOf("cuda", { smi: h200, libraries: libraries12, packages: built });
  assert.equal([...new Set(Object.values(statuses(cuda)))], ["ok"]);
  assert.is(cuda.driver!.summary, "NVIDIA H200, driver 570.86.15");
  assert.is(cuda.engine!.summary, "TensorFlow 2.21.0, one GPU");
});

test("the prebuilt library wants CUDA 11, and is told apart from a CUDA 12 that is there", async () => {
  const machine = { ...prebuilt, smi: "NVIDIA A100, 570.86.15, 8.0\n", libraries: libraries12 };
  const { CUDA, cuDNN, driver } = await findingsOf("cuda", machine);
  assert.is(driver!.status, "ok");
  assert.match(CUDA!.summary, /libcudart\.so\.11\.0.*CUDA 11\.2.*what is there is CUDA 12/);
  assert.match(CUDA!.next!, /doctor --fix-cuda/);
  assert.match(cuDNN!.summary, /libcudnn\.so\.8/);
});

test("a card newer than the prebuilt library is refused before anything is installed for it", async () => {
  const { driver } = await findingsOf("cuda", { ...prebuilt, smi: h200, libraries: libraries11 });
  assert.is(driver!.status, "broken");
  assert.match(driver!.summary, /compute capability 9\.0 is newer/);
});

test("a driver that is too old is told the version that it takes", async () => {
  const { driver } = await findingsOf("cuda", { smi: "Tesla K80, 418.87, 3.7\n" });
  assert.match(driver!.summary, /driver 418\.87: CUDA 12 needs 525\.60\.13/);
});

const faults: Readonly<Record<string, RegExp>> = {
  "Failed to initialize NVML: Driver/library version mismatch\n": /restart the machine/,
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n":
    /modprobe nvidia/,
  "No devices were found\n": /lspci/,
  "Segmentation fault\n": /run nvidia-smi/,
};
for (const [output, next] of Object.entries(faults)) {
  test(`nvidia-smi fails: ${output.trim().slice(0, 40)}`, async () => {
    const { driver } = await findingsOf("cuda", { smi: output, smiStatus: 9 });
    assert.is(driver!.status, "broken");
    assert.ok(driver!.summary.includes(output.trim()));
    assert.match(driver!.next!, next);
  });
}

test("libraries that are there and a TensorFlow that sees no GPU: its own words", async () => {
  const machine = {
    smi: h200,
    libraries: libraries12,
    packages: built,
    start: () => {
      throw new EngineError("TensorFlow 2.21.0 sees no GPU");
    },
  };
  const { engine } = await findingsOf("cuda", machine);
  assert.is(engine!.status, "broken");
  assert.match(engine!.summary, /sees no GPU/);
  assert.match(engine!.next!, /TF_CPP_MIN_LOG_LEVEL=0/);
});

test("tfjs-node needs no GPU: package and binding are enough", async () => {
  const packages = { tensorflow: packageOf("tensorflow", true) };
  const found = await findingsOf("tensorflow", { packages, start: () => "TensorFlow 2.21.0, CPU" });
  assert.equal(statuses(found), { Node: "ok", package: "ok", binding: "ok", engine: "ok" });
});

test("a package without its binding is told to be rebuilt", async () => {
  const packages = { tensorflow: packageOf("tensorflow", false) };
  const { binding } = await findingsOf("tensorflow", { packages });
  assert.is(binding!.status, "missing");
  assert.match(binding!.next!, /npm rebuild @tensorflow\/tfjs-node/);
});

test("versions compare by number, part by part", () => {
  assert.ok(isAtLeast("525.60.13", "525.60.13"));
  assert.ok(isAtLeast("570.8", "525.60.13"));
  assert.not.ok(isAtLeast("525.9", "525.60.13"));
});

test("this machine can be looked at", async () => {
  const probe = { ...machineProbe(), tryEngine: async () => "not started here" };
  const subjects = new Set((await diagnose(probe)).map((finding) => finding.subject));
  assert.ok(subjects.has("driver") && subjects.has("binding"));
  assert.ok(
    probe.platform !== "linux" ||
      [...probe.sharedLibraries()].some((name) => /^libc\.so/.test(name)),
  );
});

test.run();
