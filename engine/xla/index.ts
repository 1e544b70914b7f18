/** The engine `xla`: graphs lowered to StableHLO and run by a PJRT plug-in. */
export type { Collective } from "./hlo/index.ts";
export type { CompiledMemory } from "./pjrt/index.ts";
export {
  findPlugins,
  type Plugin,
  vendorLibraries,
  whyNoAccelerator,
  whyUnavailable,
} from "./plugins/index.ts";
export {
  type CompileReport,
  type Target,
  type TargetEngineOptions,
  targets,
  whyNoTarget,
  XlaTargetEngine,
} from "./target/index.ts";
export { XlaEngine, type XlaEngineOptions } from "./xla-engine.ts";
