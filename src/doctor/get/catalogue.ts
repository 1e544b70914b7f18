/** What can be fetched for the engines: wheels of Python's index, of which some files are kept. */

import { baseName, licencePlace, type Obtainable } from "./wheel-part.ts";
import { xlaPlugins } from "./xla-wheels.ts";

/** Devices and formats of models that are not for us, and files for building against the library. */
const unwanted =
  /_(gpu|npu|auto|auto_batch|hetero)_plugin|(paddle|pytorch|tensorflow|tensorflow_lite|jax|gguf)_frontend|tbbbind|malloc_proxy|\.(json|pc|lib|cmake|xml)$/;

const openvino: Obtainable = {
  name: "openvino",
  purpose: "the engine openvino: bfloat16 on processors that have it",
  folder: "openvino",
  parts: [
    {
      package: "openvino",
      version: "2026.4.1",
      place: (path) => {
        const isLibrary = /^openvino\/libs\/[^/]+$/.test(path) && !unwanted.test(path);
        return isLibrary ? baseName(path) : licencePlace(path);
      },
    },
  ],
};

export const obtainables: readonly Obtainable[] = [openvino, ...xlaPlugins];

export const obtainableNames = (): string => obtainables.map(({ name }) => name).join(", ");
