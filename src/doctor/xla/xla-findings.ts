/** What the engine `xla` needs: a plug-in, and on NVIDIA cards a driver and libraries that fit it. */
import type { Plugin } from "../../../engine/xla/index.ts";
import { driverPart } from "../cuda/cuda-findings.ts";
import { type CudaGeneration, cuda12 } from "../cuda/cuda-libraries.ts";
import { ok, type Part } from "../cuda/finding.ts";
import type { Probe } from "../cuda/probe.ts";

/** As JAX's plug-in for CUDA 13 opens them. */
const cuda13: CudaGeneration = {
  cuda: "13",
  cudnn: "9",
  driver: "580.65.06",
  computeCapability: Number.POSITIVE_INFINITY,
  libraries: [
    "libcudart.so.13",
    "libcublas.so.13",
    "libcublasLt.so.13",
    "libcufft.so.12",
    "libcusolver.so.12",
    "libcusparse.so.12",
  ],
  cudnnLibrary: "libcudnn.so.9",
};

/** The CUDA of a plug-in, by its name; null of one for another device. */
export function generationOf({ kind, path }: Plugin): CudaGeneration | null {
  if (kind !== "cuda") return null;
  return /cuda_?12/.test(path) ? cuda12 : cuda13;
}

export function pluginPart(plugins: readonly Plugin[], probe: Probe): Part {
  const [first] = plugins;
  if (first !== undefined) {
    const others = plugins.length === 1 ? "" : ` and ${plugins.length - 1} more`;
    return ok("plug-in", `${first.path} (${first.kind})${others}`);
  }
  const named = process.env.PATHLOOM_PJRT_PLUGIN;
  if (named !== undefined && named !== "") {
    return {
      subject: "plug-in",
      status: "missing",
      summary: `PATHLOOM_PJRT_PLUGIN names ${named}, which is no file`,
      next: "name the shared library itself, or unset the variable",
    };
  }
  return {
    subject: "plug-in",
    status: "missing",
    summary: "no PJRT plug-in is here",
    next: `pathloom doctor --get ${suitablePlugin(probe)} fetches one`,
  };
}

/** The plug-in for the card that is there, by its driver; without one that for the processor. */
export function suitablePlugin(probe: Probe): string {
  if (driverPart(probe, cuda13).status === "ok") return "xla-cuda13";
  return driverPart(probe, cuda12).status === "ok" ? "xla-cuda12" : "xla-cpu";
}

/** Of a plug-in for CUDA: the driver is there, and not older than the plug-in's CUDA. */
export function pluginDriverPart(probe: Probe, generation: CudaGeneration): Part {
  const part = driverPart(probe, generation);
  const other = suitablePlugin(probe);
  const fits = part.status === "broken" && generation === cuda13 && other === "xla-cuda12";
  if (!fits) return part;
  return {
    ...part,
    next: `${part.next}; or pathloom doctor --get xla-cuda12, which it is new enough for`,
  };
}

/** @param beside the libraries in the wheels that lie beside the plug-in, by their file names. */
export function vendorPart(
  probe: Probe,
  { cuda, libraries, cudnnLibrary }: CudaGeneration,
  beside: ReadonlySet<string>,
): Part {
  const present = probe.sharedLibraries();
  const needed = [...libraries, cudnnLibrary];
  const absent = needed.filter((name) => !beside.has(name) && !present.has(name));
  if (absent.length === 0) return ok("libraries", `those of CUDA ${cuda} and cuDNN are there`);
  return {
    subject: "libraries",
    status: "missing",
    summary: `the plug-in would not find ${absent.join(", ")}`,
    next: `pathloom doctor --get xla-cuda${cuda} fetches them with the plug-in`,
  };
}
