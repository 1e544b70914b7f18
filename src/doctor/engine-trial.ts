/**
 * Whether an engine starts, and how fast it is. Native libraries are tried in a process of their own:
 * one that does not fit the machine may end the process that loads it, and they write a log of their
 * own, which would stand in the middle of ours. The answer comes through a pipe that they do not know.
 */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { extname, join } from "node:path";
import { z } from "zod";
import {
  EngineError,
  type EngineName,
  measurePeak,
  registrationOf,
  startEngine,
} from "../../engine/index.ts";

export interface EngineTrial {
  /** As `ONNX Runtime 1.30.0, CPU, 2 threads`. */
  readonly summary: string;
  /** Billions of floating-point operations in a second, on square matrix products. */
  readonly gflops: number;
}

/**
 * Tries an engine. Rejects with an EngineError whose first line says why it does not start, and whose
 * others are the last that the native library wrote.
 */
export type TryEngine = (name: EngineName) => Promise<EngineTrial>;

export const tryEngine: TryEngine = async (name) =>
  registrationOf(name).native ? tryInProcess(name) : tryHere(name);

/** Starts the engine in this process. @throws EngineError */
export async function tryHere(name: EngineName): Promise<EngineTrial> {
  const { engine } = await startEngine(name, { measured: true });
  try {
    return { summary: engine.describe().summary, gflops: measurePeak(engine) / 1e9 };
  } finally {
    engine.dispose();
  }
}

const answerSchema = z.union([
  z.object({ summary: z.string(), gflops: z.number() }),
  z.object({ error: z.string() }),
]);

export interface TrialLimits {
  /** A GPU whose driver hangs would be waited for without end. */
  readonly seconds: number;
  /** Of what the engine writes. */
  readonly mebibytes: number;
}

/** Of the process that tries: after stdin, stdout and stderr. */
export const answerDescriptor = 3;

/** Starts the engine in a process of its own. @throws EngineError where it does not start, or ends without an answer */
export function tryInProcess(
  name: EngineName,
  limits: TrialLimits = { seconds: 120, mebibytes: 64 },
): EngineTrial {
  const program = join(import.meta.dirname, `try-engine${extname(import.meta.filename)}`);
  const result = spawnSync(process.execPath, [...process.execArgv, program, name], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    timeout: limits.seconds * 1000,
    maxBuffer: limits.mebibytes * 2 ** 20,
    // What hangs in a driver may not heed a milder one.
    killSignal: "SIGKILL",
    env: { ...talkative, ...process.env },
  });
  const end = howItEnded(result, limits);
  const answer = end === null ? answerIn(result.output[answerDescriptor] ?? "") : null;
  if (answer !== null && !("error" in answer)) return answer;
  const error = answer?.error ?? `the engine ${name} ${end ?? "ended its process with no answer"}`;
  throw new EngineError([error, ...lastLines(result.stderr)].join("\n"));
}

/** Null when the process ended in good order. */
function howItEnded(
  { status, signal, error }: SpawnSyncReturns<string>,
  { seconds, mebibytes }: TrialLimits,
): string | null {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ETIMEDOUT") return `did not answer within ${seconds} s`;
  if (code === "ENOBUFS") return `wrote more than ${mebibytes} MiB before it answered`;
  if (error !== undefined) return `could not be tried: ${error.message}`;
  return status === 0 ? null : `ended its process by ${signal ?? `code ${status}`}`;
}

/** Null when a library ended the process before all of the answer was given. */
function answerIn(text: string): z.infer<typeof answerSchema> | null {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** All of TensorFlow's log: it is shown only where the engine does not start. */
const talkative = { TF_CPP_MIN_LOG_LEVEL: "0" };
const mostLines = 20;

function lastLines(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-mostLines);
}
