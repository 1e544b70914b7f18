/**
 * The repair that `pathloom doctor --fix-cuda` offers: the binding of `@tensorflow/tfjs-node-gpu`
 * built against a libtensorflow that is on the machine already, named by the user or carried by a
 * Python wheel (`pip install tensorflow[and-cuda]`). What will be done is known before it is done.
 */
import { join } from "node:path";
import { EngineError } from "../../../engine/index.ts";
import {
  findNativePackage,
  type NativePackage,
  nativePackageNames,
} from "../../../engine/tfjs/package/index.ts";
import { buildBinding, findLibtensorflow, type Libtensorflow } from "./binding-build.ts";
import { builtFor, describeBuiltFor } from "./built-for.ts";
import { findTensorflowWheels } from "./tensorflow-wheels.ts";

export interface CudaRepair {
  readonly package: NativePackage;
  readonly library: Libtensorflow;
  /** One line for the question that is asked first. */
  readonly summary: string;
}

/**
 * @param libtensorflow its folder; looked for in Python's folders when null.
 * @throws EngineError saying what is missing and how to get it.
 */
export function planCudaRepair(libtensorflow: string | null = null): CudaRepair {
  const found = findNativePackage("cuda");
  if (found === null) {
    throw new EngineError(
      `install the package first: npm install --ignore-scripts ${nativePackageNames.cuda}`,
    );
  }
  const folder = libtensorflow ?? wheelForCuda();
  if (folder === undefined) {
    throw new EngineError(
      "no libtensorflow on this machine: pip install tensorflow[and-cuda] in a virtual environment that is active, or name the folder of one",
    );
  }
  const library = findLibtensorflow(folder);
  const target = describeBuiltFor(builtFor(library.folder));
  const summary = `compile ${found.binding} against ${join(library.folder, library.libraries[0]!)}, which is built for ${target}`;
  return { package: found, library, summary };
}

/** The first wheel that can use a GPU, before one that cannot. */
function wheelForCuda(): string | undefined {
  const wheels = findTensorflowWheels();
  return wheels.find((folder) => builtFor(folder).kind !== "processor") ?? wheels[0];
}

/** Takes about ten seconds. @throws EngineError when the compiler is missing or fails. */
export function repairCuda(repair: CudaRepair): void {
  buildBinding(repair.package, repair.library);
}
