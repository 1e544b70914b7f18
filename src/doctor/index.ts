/** What is there to compute with, what is missing, and how to get it. */

export { buildBinding, findLibtensorflow } from "./cuda/binding-build.ts";
export type { Finding } from "./cuda/finding.ts";
export { machineProbe } from "./cuda/probe.ts";
export { tryInProcess } from "./engine-trial.ts";
export { type EngineReport, examineMachine, type MachineReport } from "./examine.ts";
export { fixCuda } from "./fix-cuda.ts";
export { obtainableNames } from "./get/catalogue.ts";
export { type GetOptions, getEngine } from "./get/get-engine.ts";
