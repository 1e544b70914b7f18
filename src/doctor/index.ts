/** What is there to compute with, what is missing, and how to get it. */

export type { NativePackage } from "../../engine/tfjs/package/index.ts";
export type { Libtensorflow } from "./cuda/binding-build.ts";
export { buildBinding, findLibtensorflow } from "./cuda/binding-build.ts";
export type { BindingOrigin } from "./cuda/binding-origin.ts";
export type { Finding } from "./cuda/finding.ts";
export type { CommandResult, Probe } from "./cuda/probe.ts";
export { machineProbe } from "./cuda/probe.ts";
export type { EngineTrial, TrialLimits, TryEngine } from "./engine-trial.ts";
export { tryInProcess } from "./engine-trial.ts";
export type { Examination } from "./examine.ts";
export { type EngineReport, examineMachine, type MachineReport } from "./examine.ts";
export type { FixOptions } from "./fix-cuda.ts";
export { fixCuda } from "./fix-cuda.ts";
export { obtainableNames } from "./get/catalogue.ts";
export { type GetOptions, getEngine } from "./get/get-engine.ts";
export type { Platform } from "./get/python-index.ts";
export { lookAtProcesses, type ProcessesReport } from "./processes.ts";
