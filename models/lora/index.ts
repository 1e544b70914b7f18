/** Adapters: small trained changes of a frozen decoder. */

export { AttachedAdapter, type DropoutOf } from "./attached.ts";
export {
  adapterSpecs,
  checkRows,
  type LoraAdapter,
  newLora,
  rowsOf,
  rowValues,
  savedParameters,
  type TableRows,
  tokenTables,
} from "./lora-adapter.ts";
export {
  AdapterError,
  type LoraConfig,
  type LoraInitialisation,
  type LoraTargets,
  plainLora,
} from "./lora-config.ts";
export { type LoraTerm, loraAddition } from "./lora-linear.ts";
export {
  type LinearModule,
  type LinearPart,
  type LoraModule,
  linearModules,
  type ModuleKind,
  targetedModules,
  withRank,
} from "./lora-modules.ts";
export { mergeAdapter } from "./merge.ts";
export { asPlainLora, firstRanks } from "./plain-lora.ts";
