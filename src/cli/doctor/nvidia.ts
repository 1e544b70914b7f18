/** What there is of NVIDIA's: GPUs and driver, the CUDA runtime, cuDNN. */
import { spawnSync } from "node:child_process";

export interface NvidiaReport {
  /** As `NVIDIA H100, driver 550.54, 81559 MiB`; none where there is no driver. */
  readonly gpus: readonly string[];
  /** Library files of the CUDA runtime and of cuDNN that the loader knows. */
  readonly cuda: readonly string[];
  readonly cudnn: readonly string[];
}

export function examineNvidia(): NvidiaReport {
  const query = ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"];
  const gpus = output("nvidia-smi", query).map((line) => {
    const [name, driver, memory] = line.split(",").map((part) => part.trim());
    return `${name}, driver ${driver}, ${memory}`;
  });
  const libraries = [...output("ldconfig", ["-p"]), ...output("/sbin/ldconfig", ["-p"])];
  return { gpus, cuda: named(libraries, "libcudart"), cudnn: named(libraries, "libcudnn") };
}

/** Lines that a program prints; none where it is missing or fails. */
function output(program: string, args: readonly string[]): string[] {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 10_000 });
  if (status !== 0) return [];
  return stdout.split("\n").filter((line) => line.trim() !== "");
}

function named(libraries: readonly string[], start: string): string[] {
  const names = libraries.map((line) => line.trim().split(" ", 1)[0] ?? "");
  return [...new Set(names.filter((name) => name.startsWith(`${start}.so`)))];
}
