/** Models of the Hugging Face Hub, in its own cache. */
export { HubError, type HubFault } from "./hub-error.ts";
export { type ReceivedFile, receiveFile, receiveJson } from "./receive-file.ts";
export { type ResolvedDataset, resolveDataset } from "./resolve-dataset.ts";
export { resolveModel } from "./resolve-model.ts";
export type { HubOptions, HubProgress, Patience } from "./settings.ts";
export type { ResolvedModel } from "./source.ts";
