/** PJRT's C interface (https://openxla.org/xla/pjrt), called through koffi. */
export { PjrtClient } from "./client.ts";
export { type CompiledMemory, CompiledModule } from "./compiled-module.ts";
export { Executable } from "./executable.ts";
export { type LibraryOptions, PjrtLibrary } from "./library.ts";
export type { Handle } from "./memory.ts";
export type { NamedValues } from "./named-values.ts";
export { pinLibrary } from "./pin.ts";
export { PjrtTopology } from "./topology.ts";
export {
  type ApiVersion,
  describeVersion,
  judge,
  supportedVersions,
  tested,
  type Verdict,
} from "./versions.ts";
