/** What lies under TensorFlow on a GPU: the platform, the driver, CUDA and cuDNN. */
import { type CudaGeneration, cuda11, isAtLeast } from "./cuda-libraries.ts";
import { ok, type Part } from "./finding.ts";
import type { Probe } from "./probe.ts";

export function platformPart({ platform, architecture }: Probe): Part {
  const machine = `${platform} on ${architecture}`;
  if (platform === "linux" && architecture === "x64") return ok("platform", machine);
  return {
    subject: "platform",
    status: "broken",
    summary: `${machine}: TensorFlow's GPU libraries are for Linux on x64`,
    next: "use the engine onnx here, or run in Linux (on Windows: WSL 2)",
  };
}

export function driverPart(probe: Probe, generation: CudaGeneration): Part {
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

export function cudaPart(probe: Probe, { cuda, libraries }: CudaGeneration): Part {
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
        ? `${fromWheel(cuda)}install CUDA ${cuda} from developer.nvidia.com/cuda-toolkit-archive, then name its folder: export LD_LIBRARY_PATH=/usr/local/cuda-${cuda}/lib64`
        : `install CUDA ${cuda} beside it, or build the binding against a libtensorflow for the one that is there: pathloom doctor --fix-cuda`,
  };
}

/** Python's wheels carry CUDA and cuDNN for a binding that is built against the libtensorflow among them. */
function fromWheel(cuda: string): string {
  return isAtLeast(cuda, "12")
    ? 'pip install "tensorflow[and-cuda]" in a virtual environment brings it, for a binding that doctor --fix-cuda builds; or '
    : "";
}

/** The version of CUDA that is there instead, by the name of its runtime. */
function otherGeneration(present: ReadonlySet<string>, absent: readonly string[]): string {
  if (!absent.some((name) => name.startsWith("libcudart"))) return "";
  const runtime = [...present].map((name) => /^libcudart\.so\.(\d+)/.exec(name)?.[1]);
  const version = runtime.find((major) => major !== undefined);
  return version === undefined ? "" : `; what is there is CUDA ${version}`;
}

export function cudnnPart(probe: Probe, { cudnn, cudnnLibrary, cuda }: CudaGeneration): Part {
  if (probe.sharedLibraries().has(cudnnLibrary)) return ok("cuDNN", `cuDNN ${cudnn} is there`);
  return {
    subject: "cuDNN",
    status: "missing",
    summary: `TensorFlow would not find ${cudnnLibrary} (cuDNN ${cudnn} for CUDA ${cuda})`,
    next: `${fromWheel(cuda)}install cuDNN ${cudnn} from developer.nvidia.com/cudnn-archive and name its folder in LD_LIBRARY_PATH`,
  };
}

/** Whether the libtensorflow that the package's install script downloads finds here what it needs. */
export function suitsPrebuilt(probe: Probe): boolean {
  return [driverPart, cudaPart, cudnnPart].every((part) => part(probe, cuda11).status === "ok");
}
