/** What all programs of the process share: the library and its core, which holds the device. */

import type { Precision } from "../engine.ts";
import { EngineError } from "../engine.ts";
import { type Handle, OpenvinoLibrary } from "./library.ts";
import { findLibrary } from "./locate.ts";

export interface OpenvinoEnvironment {
  readonly library: OpenvinoLibrary;
  /** The library's own file. */
  readonly path: string;
  readonly core: Handle;
  /** As `AMD EPYC 9654`. */
  readonly processor: string;
  /** What matrix products may compute in. */
  readonly precisions: ReadonlySet<Precision>;
}

export const device = "CPU";

let shared: OpenvinoEnvironment | undefined;

/** The process's environment. @throws EngineError when the library is not there or does not load. */
export function openvinoEnvironment(): OpenvinoEnvironment {
  if (shared !== undefined) return shared;
  const path = findLibrary();
  if (path === null) throw new EngineError("OpenVINO is not here (see pathloom doctor)");
  const library = new OpenvinoLibrary(path);
  const core = library.create("ov_core_create");
  const capabilities = library.property(core, device, "OPTIMIZATION_CAPABILITIES").split(/\s+/);
  const precisions = new Set<Precision>(["float32"]);
  if (capabilities.includes("BF16")) precisions.add("bfloat16");
  const processor = library.property(core, device, "FULL_DEVICE_NAME");
  shared = { library, path, core, processor, precisions };
  return shared;
}
