/** Programs compiled for cards that are not here. */
export type { CompileReport } from "./compile-report.ts";
export { type TargetEngineOptions, whyNoTarget, XlaTargetEngine } from "./target-engine.ts";
export { type Target, type TargetName, targets } from "./targets.ts";
