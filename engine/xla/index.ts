/** The engine `xla`: graphs lowered to StableHLO and run by a PJRT plug-in. */
export {
  findPlugins,
  type Plugin,
  vendorLibraries,
  whyNoAccelerator,
  whyUnavailable,
} from "./plugins/index.ts";
export { XlaEngine, type XlaEngineOptions } from "./xla-engine.ts";
