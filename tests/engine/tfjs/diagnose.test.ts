/** What the diagnosis tells a person, on machines in several states of disrepair. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError } from "../../../engine/index.ts";
import type { NativeEngineName, NativePackage } from "../../../engine/tfjs/package/index.ts";
import type { BindingOrigin } from "../../../src/doctor/cuda/binding-origin.ts";
import { cuda11, cuda12, isAtLeast } from "../../../src/doctor/cuda/cuda-libraries.ts";
import { diagnose, type Finding } from "../../../src/doctor/cuda/diagnose.ts";
import { machineProbe, type Probe, prebuiltLibrary } from "../../../src/doctor/cuda/probe.ts";

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
  /** What the bindings were built against; nobody noted it unless given. */
  readonly origin?: BindingOrigin;
  readonly start?: (engine: NativeEngineName | "xla") => string;
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
    originOf: () => machine.origin ?? null,
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

const a100 = "NVIDIA A100, 570.86.15, 8.0\n";
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
  assert.match(
    cuda.package!.next!,
    /npm install --ignore-scripts @tensorflow\/tfjs-node-gpu.*doctor --fix-cuda/,
  );
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
  const machine = { ...prebuilt, smi: a100, libraries: libraries12 };
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
      throw new EngineError(
        "TensorFlow 2.21.0 sees no GPU\nCannot dlopen some GPU libraries: libcusolver.so.11",
      );
    },
  };
  const { engine } = await findingsOf("cuda", machine);
  assert.is(engine!.status, "broken");
  assert.match(engine!.summary, /sees no GPU/);
  assert.equal(engine!.said, ["Cannot dlopen some GPU libraries: libcusolver.so.11"]);
  assert.match(engine!.next!, /install what TensorFlow says that it did not find/);
});

test("tfjs-node needs no GPU: package and binding are enough", async () => {
  const packages = { tensorflow: packageOf("tensorflow", true) };
  const found = await findingsOf("tensorflow", { packages, start: () => "TensorFlow 2.21.0, CPU" });
  assert.equal(statuses(found), { Node: "ok", package: "ok", binding: "ok", engine: "ok" });
});

test("a package without its binding is told to be rebuilt, or compiled where the host is out of reach", async () => {
  const packages = { tensorflow: packageOf("tensorflow", false) };
  const { binding } = await findingsOf("tensorflow", { packages });
  assert.is(binding!.status, "missing");
  assert.match(binding!.next!, /npm rebuild --ignore-scripts=false @tensorflow\/tfjs-node, where/);
  assert.match(binding!.next!, /npm run build:tensorflow/);
});

test("the package's own install script is advised only where its CUDA 11.2 is what is there", async () => {
  const old = { smi: a100, libraries: libraries11 };
  const { package: missing, CUDA } = await findingsOf("cuda", old);
  assert.is(CUDA!.summary, "the libraries of CUDA 11.2 are there");
  assert.match(missing!.next!, /npm install --ignore-scripts=false @tensorflow\/tfjs-node-gpu/);
  const unbuilt = { ...old, packages: { cuda: packageOf("cuda", false) } };
  assert.match((await findingsOf("cuda", unbuilt)).binding!.next!, /npm rebuild --ignore-scripts/);
  for (const newer of [{ smi: h200 }, { smi: a100, libraries: libraries12 }, {}]) {
    const { package: part } = await findingsOf("cuda", { libraries: libraries11, ...newer });
    assert.match(part!.next!, /^npm install --ignore-scripts @tensorflow.*doctor --fix-cuda/);
    assert.not.match(part!.next!, /ignore-scripts=false/);
  }
});

const wheel = "/venv/lib/python3.12/site-packages/tensorflow";
const ofWheel = (cuda: string, cudnn: string): BindingOrigin => ({
  folder: wheel,
  builtFor: { kind: "cuda", cuda, cudnn },
});

test("after the repair what counts is what the binding was built against, not the library left beside it", async () => {
  const machine = { ...prebuilt, smi: h200, libraries: libraries12 };
  const before = await findingsOf("cuda", machine);
  assert.match(before.CUDA!.summary, /CUDA 11\.2/);
  assert.match(before.CUDA!.next!, /doctor --fix-cuda/);
  const after = await findingsOf("cuda", { ...machine, origin: ofWheel("12.5.1", "9") });
  assert.equal([...new Set(Object.values(statuses(after)))], ["ok"]);
  assert.is(after.CUDA!.summary, "the libraries of CUDA 12.5.1 are there");
  assert.match(after.binding!.summary, /built against \/venv\/.* for CUDA 12\.5\.1, cuDNN 9/);
});

test("the cuDNN that is asked for is the wheel's own", async () => {
  const machine = { packages: built, smi: h200, libraries: libraries12 };
  const { cuDNN } = await findingsOf("cuda", { ...machine, origin: ofWheel("12.3", "8") });
  assert.match(cuDNN!.summary, /libcudnn\.so\.8 \(cuDNN 8 for CUDA 12\.3\)/);
});

test("a binding built against a libtensorflow for the processor alone is no binding for a GPU", async () => {
  const origin: BindingOrigin = { folder: wheel, builtFor: { kind: "processor" } };
  const packages = { ...built, tensorflow: packageOf("tensorflow", true) };
  const machine = { packages, smi: h200, libraries: libraries12, origin };
  const { binding, engine } = await findingsOf("cuda", machine);
  assert.is(binding!.status, "broken");
  assert.match(binding!.next!, /tensorflow\[and-cuda\].*doctor --fix-cuda/);
  assert.is(engine!.summary, "not tried: first binding");
  assert.is((await findingsOf("tensorflow", machine)).binding!.status, "ok");
});

for (const nodeVersion of ["20.9.0", "22.21.1"]) {
  test(`Node ${nodeVersion} is fine: a binding is not bound to a version of Node`, async () => {
    const { Node } = await findingsOf("cuda", { nodeVersion });
    assert.is(Node!.status, "ok");
    assert.is(
      Node!.summary,
      `Node ${nodeVersion}: a binding is of Node-API and fits every version`,
    );
  });
}

test("Node 24 is fine, and it is said which of its missing functions is put back", async () => {
  const { Node } = await findingsOf("tensorflow", { nodeVersion: "24.11.0" });
  assert.is(Node!.status, "ok");
  assert.match(Node!.summary, /it lacks util\.isNullOrUndefined.* puts back/);
});

test("Node before 20.9 is to be replaced", async () => {
  const { Node } = await findingsOf("tensorflow", { nodeVersion: "20.8.1" });
  assert.is(Node!.status, "broken");
  assert.match(Node!.next!, /install Node 20\.9/);
});

const refusals: readonly (readonly [string, RegExp])[] = [
  [
    "does not load: libtensorflow_cc.so.2: cannot open shared object file: No such file or directory",
    /is gone: build it again/,
  ],
  ["does not load: libstdc++.so.6: version `GLIBCXX_3.4.32' not found", /made for a newer Linux/],
  ["does not load: tfjs_binding.node: undefined symbol: TF_Version", /does not fit/],
  ["the engine tensorflow ended its process by SIGILL", /processor lacks instructions/],
  ["something new", /build the binding again/],
];
for (const [message, next] of refusals) {
  test(`tensorflow does not start: ${message.slice(0, 60)}`, async () => {
    const packages = { tensorflow: packageOf("tensorflow", true) };
    const start = () => {
      throw new EngineError(message);
    };
    const { engine } = await findingsOf("tensorflow", { packages, start });
    assert.is(engine!.status, "broken");
    assert.match(engine!.next!, next);
    assert.match(engine!.next!, /build:tensorflow -- --force/);
  });
}

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
