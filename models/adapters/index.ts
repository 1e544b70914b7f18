/** Adapters: small trained changes of a frozen decoder. */
export {
  adapterSpecs,
  type LoraAdapter,
  newLora,
  savedParameters,
} from "./lora-adapter.ts";
export {
  AdapterError,
  type LoraConfig,
  type LoraInitialisation,
  type LoraTargets,
  plainLora,
} from "./lora-config.ts";
export {
  type LinearModule,
  type LoraModule,
  linearModules,
  targetedModules,
  withRank,
} from "./lora-modules.ts";
export { mergeAdapter, unmergeAdapter } from "./merge.ts";
