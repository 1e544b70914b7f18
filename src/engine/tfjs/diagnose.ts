/**
 * What the engines `cuda` and `tensorflow` need, looked at one by one, each with what to do next.
 * Later findings are made even where earlier ones are bad: a person wants the whole list at once.
 */
import { type CudaGeneration, cuda11, cuda12, isAtLeast } from "./cuda-libraries.ts";
import { type NativeEngineName, nativePackageNames } from "./native-package.ts";
import { machineProbe, type Probe, prebuiltLibrary } from "./probe.ts";

export interface Finding {
  readonly engine: NativeEngineName;
  /** As `driver`, `cuDNN`, `binding`. */
  readonly subject: string;
  readonly status: "ok" | "missing" | "broken" | "unknown";
  readonly summary: string;
  /** What to do or run; null where nothing is to be done. */
  readonly next: string | null;
}

type Part = Omit<Finding, "engine">;

/** @param probe the machine, unless a test simulates one. */
export async function diagnose(probe: Probe = machineProbe()): Promise<Finding[]> {
  return [...(await diagnoseCuda(probe)), ...(await diagnoseTensorflow(probe))];
}

/** Driver, CUDA, cuDNN, Node, package, binding, and whether the engine starts. */
export async function diagnoseCuda(probe: Probe): Promise<Finding[]> {
  const generation = generationOf(probe);
  const needed = [
    platformPart(probe),
    driverPart(probe, generation),
    cudaPart(probe, generation),
    cudnnPart(probe, generation),
    nodePart(probe),
    packagePart(probe, "cuda"),
    bindingPart(probe, "cuda"),
  ];
  return forEngine("cuda", [...needed, await enginePart(probe, "cuda", needed)]);
}

/** Node, package, binding, and whether the engine starts. */
export async function diagnoseTensorflow(probe: Probe): Promise<Finding[]> {
  const needed = [
    nodePart(probe),
    packagePart(probe, "tensorflow"),
    bindingPart(probe, "tensorflow"),
  ];
  return forEngine("tensorflow", [...needed, await enginePart(probe, "tensorflow", needed)]);
}

function forEngine(engine: NativeEngineName, parts: readonly Part[]): Finding[] {
  return parts.map((part) => ({ engine, ...part }));
}

const ok = (subject: string, summary: string): Part => ({
  subject,
  status: "ok",
  summary,
  next: null,
});

/** The package's own library where its install script has put one, else one of a newer wheel. */
function generationOf(probe: Probe): CudaGeneration {
  const found = probe.findPackage("cuda");
  return found !== null && probe.exists(prebuiltLibrary(found)) ? cuda11 : cuda12;
}

function platformPart({ platform, architecture }: Probe): Part {
  const machine = `${platform} on ${architecture}`;
  if (platform === "linux" && architecture === "x64") return ok("platform", machine);
  return {
    subject: "platform",
    status: "broken",
    summary: `${machine}: TensorFlow's GPU libraries are for Linux on x64`,
    next: "use the engine onnx here, or run in Linux (on Windows: WSL 2)",
  };
}

function driverPart(probe: Probe, generation: CudaGeneration): Part {
  const fields = "--query-gpu=name,driver_version,compute_cap";
  const smi = probe.run("nvidia-smi", fields, "--format=csv,noheader");
  const subject = "driver";
  if (smi === null) {
    return {
      subject,
      status: "missing",
      summary: "no NVIDIA driver: there is no nvidia-smi",
      next: "install the driver (Ubuntu: sudo ubuntu-drivers install; Debian: sudo apt install nvidia-driver) and restart; in a container: docker run --gpus all",
    };
  }
  if (smi.status !== 0) return brokenDriver(smi.output);
  const [name, version, capability] = (smi.output.split("\n")[0] ?? "").split(/,\s*/);
  if (name === undefined || version === undefined || !/^\d+\.\d+/.test(version)) {
    return brokenDriver(smi.output);
  }
  const summary = `${name}, driver ${version}`;
  if (!isAtLeast(version, generation.driver)) {
    return {
      subject,
      status: "broken",
      summary: `${summary}: CUDA ${generation.cuda} needs ${generation.driver} or newer`,
      next: "install a newer driver and restart (Ubuntu: sudo ubuntu-drivers install)",
    };
  }
  if (Number(capability) > generation.computeCapability) {
    return {
      subject,
      status: "broken",
      summary: `${summary}: compute capability ${capability} is newer than the libraries of CUDA ${generation.cuda} know`,
      next: "build the binding against a newer libtensorflow: pathloom doctor --fix-cuda",
    };
  }
  return ok(subject, summary);
}

/** What nvidia-smi says when it does not work, and what that means. */
const driverFaults: readonly (readonly [RegExp, string])[] = [
  [
    /version mismatch/i,
    "the driver was updated while its old module is loaded: restart the machine",
  ],
  [
    /couldn't communicate|not running|failed to initialize/i,
    "the kernel module is not loaded: sudo modprobe nvidia; after a kernel update install the driver anew (sudo apt install --reinstall nvidia-dkms)",
  ],
  [
    /no devices/i,
    "the driver sees no card: check with lspci that there is one, and in a container run with --gpus all",
  ],
];

function brokenDriver(output: string): Part {
  const fault = driverFaults.find(([pattern]) => pattern.test(output));
  return {
    subject: "driver",
    status: "broken",
    summary: `nvidia-smi fails: ${output.trim().split("\n")[0] || "it says nothing"}`,
    next: fault?.[1] ?? "run nvidia-smi and see what it says; install the driver anew if in doubt",
  };
}

function cudaPart(probe: Probe, { cuda, libraries }: CudaGeneration): Part {
  const present = probe.sharedLibraries();
  const absent = libraries.filter((name) => !present.has(name));
  if (absent.length === 0) return ok("CUDA", `the libraries of CUDA ${cuda} are there`);
  const other = otherGeneration(present, absent);
  return {
    subject: "CUDA",
    status: "missing",
    summary: `TensorFlow would not find ${absent.join(", ")} (CUDA ${cuda})${other}`,
    next:
      other === ""
        ? `install CUDA ${cuda} from developer.nvidia.com/cuda-toolkit-archive, then name its folder: export LD_LIBRARY_PATH=/usr/local/cuda-${cuda}/lib64`
        : `install CUDA ${cuda} beside it, or build the binding against a libtensorflow for the one that is there: pathloom doctor --fix-cuda`,
  };
}

/** The version of CUDA that is there instead, by the name of its runtime. */
function otherGeneration(present: ReadonlySet<string>, absent: readonly string[]): string {
  if (!absent.some((name) => name.startsWith("libcudart"))) return "";
  const runtime = [...present].map((name) => /^libcudart\.so\.(\d+)/.exec(name)?.[1]);
  const version = runtime.find((major) => major !== undefined);
  return version === undefined ? "" : `; what is there is CUDA ${version}`;
}

function cudnnPart(probe: Probe, { cudnn, cudnnLibrary, cuda }: CudaGeneration): Part {
  if (probe.sharedLibraries().has(cudnnLibrary)) return ok("cuDNN", `cuDNN ${cudnn} is there`);
  return {
    subject: "cuDNN",
    status: "missing",
    summary: `TensorFlow would not find ${cudnnLibrary} (cuDNN ${cudnn} for CUDA ${cuda})`,
    next: `install cuDNN ${cudnn} from developer.nvidia.com/cudnn-archive and name its folder in LD_LIBRARY_PATH`,
  };
}

function nodePart({ nodeVersion }: Probe): Part {
  if (isAtLeast(nodeVersion, "20.9")) return ok("Node", `Node ${nodeVersion}`);
  return {
    subject: "Node",
    status: "broken",
    summary: `Node ${nodeVersion} is too old`,
    next: "install Node 20.9 or newer",
  };
}

function packagePart(probe: Probe, engine: NativeEngineName): Part {
  const found = probe.findPackage(engine);
  const name = nativePackageNames[engine];
  if (found !== null) return ok("package", `${name} ${found.version} in ${found.folder}`);
  return {
    subject: "package",
    status: "missing",
    summary: `${name} is not installed`,
    next: `npm install ${name}; where its install script fails: npm install --ignore-scripts ${name}, and build its binding`,
  };
}

function bindingPart(probe: Probe, engine: NativeEngineName): Part {
  const found = probe.findPackage(engine);
  if (found === null) {
    return { subject: "binding", status: "unknown", summary: "comes with the package", next: null };
  }
  if (found.isBuilt) return ok("binding", found.binding);
  return {
    subject: "binding",
    status: "missing",
    summary: `${found.binding} is missing: the install script of ${found.name} did not run or failed`,
    next:
      engine === "cuda"
        ? `npm rebuild ${found.name}, or build it against a libtensorflow of your own: pathloom doctor --fix-cuda`
        : `npm rebuild ${found.name}`,
  };
}

/** Tried only when nothing that it needs is known to be bad. */
async function enginePart(
  probe: Probe,
  engine: NativeEngineName,
  needed: readonly Part[],
): Promise<Part> {
  const bad = needed.filter((part) => part.status !== "ok").map((part) => part.subject);
  if (bad.length > 0) {
    const summary = `not tried: first ${bad.join(", ")}`;
    return { subject: "engine", status: "unknown", summary, next: null };
  }
  try {
    return ok("engine", await probe.tryEngine(engine));
  } catch (error) {
    return {
      subject: "engine",
      status: "broken",
      summary: error instanceof Error ? error.message : String(error),
      next: "run again with TF_CPP_MIN_LOG_LEVEL=0 to see what TensorFlow says",
    };
  }
}
