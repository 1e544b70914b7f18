/** Long drawings as chunks that a model's context can hold. */
export { joinScene, type SceneChunk, SceneError, splitScene } from "./split.ts";
export type { Bounds } from "./summary.ts";
export { chunkCaption, type SceneSummary } from "./summary.ts";
