/**
 * What the engines `cuda` and `tensorflow` need, looked at one by one, each with what to do next.
 * Later findings are made even where earlier ones are bad: a person wants the whole list at once.
 */

import type { NativeEngineName } from "../../../engine/tfjs/package/index.ts";
import { cudaPart, cudnnPart, driverPart, platformPart, suitsPrebuilt } from "./cuda-findings.ts";
import { type CudaGeneration, cuda11, cuda12, cudaGeneration } from "./cuda-libraries.ts";
import type { Finding, Part } from "./finding.ts";
import { bindingPart, enginePart, nodePart, packagePart } from "./package-findings.ts";
import { machineProbe, type Probe, prebuiltLibrary } from "./probe.ts";

export type { Finding } from "./finding.ts";

/** @param probe the machine, unless a test simulates one. */
export async function diagnose(probe: Probe = machineProbe()): Promise<Finding[]> {
  return [...(await diagnoseCuda(probe)), ...(await diagnoseTensorflow(probe))];
}

/** Driver, CUDA, cuDNN, Node, package, binding, and whether the engine starts. */
async function diagnoseCuda(probe: Probe): Promise<Finding[]> {
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
async function diagnoseTensorflow(probe: Probe): Promise<Finding[]> {
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

/**
 * What the binding was built against, where that was noted; else the package's own libtensorflow where
 * its install script has put one; else what a binding that is still to be built would suit.
 */
function generationOf(probe: Probe): CudaGeneration {
  const found = probe.findPackage("cuda");
  if (found === null) return suitsPrebuilt(probe) ? cuda11 : cuda12;
  const origin = probe.originOf(found);
  if (origin?.builtFor.kind === "cuda") {
    return cudaGeneration(origin.builtFor.cuda, origin.builtFor.cudnn);
  }
  return origin === null && probe.exists(prebuiltLibrary(found)) ? cuda11 : cuda12;
}
