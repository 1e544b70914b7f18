/** Looks at the machine: what is there to compute with, how fast it is, and what is missing. */

import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from "node:os";
import { EngineError, type EngineName, engineNames, registrationOf } from "../../engine/index.ts";
import { diagnose } from "./cuda/diagnose.ts";
import type { Finding } from "./cuda/finding.ts";
import { machineProbe, type Probe } from "./cuda/probe.ts";
import { type EngineTrial, type TryEngine, tryEngine } from "./engine-trial.ts";
import { lookAtProcesses, type ProcessesReport } from "./processes.ts";
import { diagnoseXla } from "./xla/diagnose-xla.ts";
import { suitablePlugin } from "./xla/xla-findings.ts";

export interface EngineReport {
  readonly name: EngineName;
  readonly starts: boolean;
  /** As `ONNX Runtime 1.30.0, CPU, 2 threads`; null when it does not start. */
  readonly summary: string | null;
  /** Billions of floating-point operations in a second, on square matrix products. */
  readonly gflops: number | null;
  /** Why it does not start. */
  readonly reason: string | null;
}

export interface MachineReport {
  readonly node: { readonly version: string; readonly supported: boolean };
  readonly platform: string;
  readonly processor: string;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly engines: readonly EngineReport[];
  /** What `engine: auto` takes; null when no engine starts. */
  readonly automatic: EngineName | null;
  /** What the engines `xla`, `cuda` and `tensorflow` need, one by one. */
  readonly findings: readonly Finding[];
  /** For training in several processes. */
  readonly processes: ProcessesReport;
  /** What to do, in order of gain; empty when all is well. */
  readonly advice: readonly string[];
}

/** What the examination asks of the machine; the tests answer for machines that are broken. */
export interface Examination {
  readonly probe: Probe;
  readonly tryEngine: TryEngine;
}

const oldestNode = [20, 9] as const;

export async function examineMachine(
  { probe, tryEngine: attempt }: Examination = thisMachine(),
): Promise<MachineReport> {
  const engines: EngineReport[] = [];
  for (const name of engineNames) engines.push(await examineEngine(name, attempt));
  const automatic = await chosenByAuto(engines);
  const machine = {
    node: { version: process.version, supported: isSupported(process.versions.node) },
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    engines,
    automatic,
    findings: [...(await diagnoseXla(probe)), ...(await diagnose(probe))],
    processes: lookAtProcesses(),
  };
  return { ...machine, advice: adviceFor(machine, probe) };
}

async function chosenByAuto(engines: readonly EngineReport[]): Promise<EngineName | null> {
  for (const { name, starts } of engines) {
    const { automatic, whyNotAutomatic } = registrationOf(name);
    if (starts && automatic && ((await whyNotAutomatic?.()) ?? null) === null) return name;
  }
  return null;
}

/** The engines are tried once, for their own report and for the diagnosis. */
function thisMachine(): Examination {
  const trials = new Map<EngineName, Promise<EngineTrial>>();
  const once: TryEngine = (name) => {
    const trial = trials.get(name) ?? tryEngine(name);
    trials.set(name, trial);
    return trial;
  };
  const probe = { ...machineProbe(), tryEngine: async (name: EngineName) => summaryOf(once, name) };
  return { probe, tryEngine: once };
}

async function summaryOf(attempt: TryEngine, name: EngineName): Promise<string> {
  return (await attempt(name)).summary;
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

async function examineEngine(name: EngineName, attempt: TryEngine): Promise<EngineReport> {
  try {
    return { name, starts: true, ...(await attempt(name)), reason: null };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const [line = ""] = error.message.split("\n", 1);
    const reason = line.replaceAll(`the engine ${name} cannot start: `, "");
    return { name, starts: false, summary: null, gflops: null, reason };
  }
}

function adviceFor(machine: Omit<MachineReport, "advice">, probe: Probe): string[] {
  const { node, engines, findings, cores, freeMemoryBytes } = machine;
  const advice: string[] = [];
  const starts = (name: EngineName) =>
    engines.some((engine) => engine.name === name && engine.starts);
  if (!node.supported) advice.push(`Node ${node.version} is too old: install 20.9 or later`);
  if (!starts("onnx")) advice.push("the engine onnx should start everywhere: run npm ci again");
  if (machine.automatic !== "xla" && hasCard(findings)) {
    const plugin = suitablePlugin(probe);
    advice.push(
      plugin === "xla-cpu"
        ? "there is an NVIDIA GPU, but its driver is too old for the engine xla"
        : `there is an NVIDIA GPU: pathloom doctor --get ${plugin} fetches what the engine xla needs to train on it`,
    );
  }
  if (!starts("cuda")) {
    advice.push(
      hasCard(findings)
        ? "there is an NVIDIA GPU, but the engine cuda does not start: follow the arrows under its needs"
        : "nothing is to be installed for the engine onnx; what cuda needs is for machines with an NVIDIA GPU",
    );
  }
  if (cores === 1) advice.push("only one core may be used: training takes about twice as long");
  if (freeMemoryBytes < 1e9) advice.push("less than 1 GB of memory is free: take a smaller batch");
  return advice;
}

function hasCard(findings: readonly Finding[]): boolean {
  const driver = findings.find(({ engine, subject }) => engine === "cuda" && subject === "driver");
  return driver !== undefined && driver.status !== "missing";
}
