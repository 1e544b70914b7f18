/**
 * Whether an engine starts, and how fast it is. Native libraries are tried in a process of their own:
 * one that does not fit the machine may end the process that loads it, and they write a log of their
 * own to stderr, which would stand in the middle of ours.
 */
import { spawnSync } from "node:child_process";
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

/** A GPU whose driver hangs would be waited for without end. */
const mostMilliseconds = 120_000;

export const tryEngine: TryEngine = async (name) =>
  registrationOf(name).native ? tryInProcess(name) : tryHere(name);

/** Starts the engine in this process. @throws EngineError */
export async function tryHere(name: EngineName): Promise<EngineTrial> {
  const { engine } = await startEngine(name);
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

function tryInProcess(name: EngineName): EngineTrial {
  const program = join(import.meta.dirname, `try-engine${extname(import.meta.filename)}`);
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...process.execArgv, program, name],
    { encoding: "utf8", timeout: mostMilliseconds, env: { ...talkative, ...process.env } },
  );
  const answer =
    status === 0
      ? answerSchema.parse(JSON.parse(stdout))
      : { error: `the engine ${name} ended its process by ${signal ?? `code ${status}`}` };
  if (!("error" in answer)) return answer;
  throw new EngineError([answer.error, ...lastLines(stderr)].join("\n"));
}

/** All of TensorFlow's log: it is shown only where the engine does not start. */
const talkative = { TF_CPP_MIN_LOG_LEVEL: "0" };
const mostLines = 20;

function lastLines(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-mostLines);
}
