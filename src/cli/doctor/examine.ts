/** Looks at the machine: what is there to compute with, how fast it is, and what is missing. */
import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from "node:os";
import { type EngineName, engineNames, measurePeak, startEngine } from "../../engine/index.ts";
import { examineNvidia, type NvidiaReport } from "./nvidia.ts";

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
  readonly nvidia: NvidiaReport;
  readonly engines: readonly EngineReport[];
  /** What `engine: auto` takes; null when no engine starts. */
  readonly automatic: EngineName | null;
  /** What to do, in order of gain; empty when all is well. */
  readonly advice: readonly string[];
}

const oldestNode = [20, 9] as const;

export async function examineMachine(): Promise<MachineReport> {
  const engines: EngineReport[] = [];
  for (const name of engineNames) engines.push(await examineEngine(name));
  const nvidia = examineNvidia();
  const [first] = engines.filter(({ name, starts }) => starts && isAutomatic(name));
  const machine = {
    node: { version: process.version, supported: isSupported(process.versions.node) },
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    nvidia,
    engines,
    automatic: first?.name ?? null,
  };
  return { ...machine, advice: adviceFor(machine) };
}

function isAutomatic(name: EngineName): boolean {
  return name === "cuda" || name === "onnx";
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
}

async function examineEngine(name: EngineName): Promise<EngineReport> {
  try {
    const { engine } = await startEngine(name);
    try {
      const { summary } = engine.describe();
      return { name, starts: true, summary, gflops: measurePeak(engine) / 1e9, reason: null };
    } finally {
      engine.dispose();
    }
  } catch (error) {
    // Whatever a missing or broken native library throws is what the doctor is asked about.
    const [line = "unknown"] = (error as Error).message.split("\n", 1);
    const reason = line.replace(`the engine ${name} cannot start: `, "");
    return { name, starts: false, summary: null, gflops: null, reason };
  }
}

function adviceFor(machine: Omit<MachineReport, "advice">): string[] {
  const { node, nvidia, engines, cores, freeMemoryBytes } = machine;
  const advice: string[] = [];
  const starts = (name: EngineName) =>
    engines.some((engine) => engine.name === name && engine.starts);
  if (!node.supported) advice.push(`Node ${node.version} is too old: install 20.9 or later`);
  if (!starts("onnx")) advice.push("the engine onnx should start everywhere: run npm ci again");
  if (nvidia.gpus.length > 0 && !starts("cuda")) {
    advice.push(
      "there is an NVIDIA GPU, but the engine cuda does not start: npm install @tensorflow/tfjs-node-gpu, with CUDA and cuDNN as its version needs",
    );
  }
  if (cores === 1) advice.push("only one core may be used: training takes about twice as long");
  if (freeMemoryBytes < 1e9) advice.push("less than 1 GB of memory is free: take a smaller batch");
  return advice;
}
