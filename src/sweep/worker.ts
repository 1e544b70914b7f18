/**
 * The process of one run of a sweep: trains it to the end or goes on with it, draws and reports, and
 * tells its parent how it goes. It saves and ends where it is asked to, and where its parent is gone.
 */
import { basename } from "node:path";
import { type Config, resolveConfig } from "../config/index.ts";
import {
  drawEnd,
  finishRun,
  holdsRun,
  RunLockedError,
  type RunResult,
  type RunStart,
  runPaths,
  train,
} from "../runs/index.ts";
import type { WorkerMessage, WorkerRequest } from "./messages.ts";

/** Between two messages on the steps, in milliseconds. */
const interval = 200;
/** For a process of a sweep that was killed to notice and to save, in milliseconds. */
const patience = 30_000;

const controller = new AbortController();
/** By the last step but the end's. */
let secondsPerStep = 0;

function send(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve());
    else resolve();
  });
}

/** Ctrl-C reaches the whole group of processes: the parent decides what it means. */
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => {});
process.on("disconnect", () => controller.abort());
process.on("message", (message: WorkerRequest) => {
  if (message.kind === "stop") controller.abort();
  else void work(message).finally(() => process.exit());
});

type Asked = Extract<WorkerRequest, { readonly kind: "train" }>;

async function work({ folder, config: input, report }: Asked): Promise<void> {
  try {
    const config = resolveConfig(input);
    const start: { event: RunStart | null } = { event: null };
    const result = await trained(folder, config, start);
    if (report && result.outcome !== "interrupted" && start.event !== null) {
      send({ kind: "phase", text: "drawing" });
      const drawn = await drawEnd(folder, config, start.event, notice);
      const run = { name: basename(folder), config, start: start.event, result, drawn };
      finishRun(run, runPaths(folder), notice);
    }
    const { outcome, step, best } = result;
    await send({ kind: "done", outcome, step, loss: best?.loss ?? null, secondsPerStep });
  } catch (error) {
    const { message = String(error), stack = "" } = error as Error;
    process.stderr.write(`${stack}\n`);
    process.exitCode = 1;
    await send({ kind: "failed", reason: message.split("\n", 1)[0] ?? "" });
  }
}

async function trained(
  folder: string,
  config: Config,
  start: { event: RunStart | null },
): Promise<RunResult> {
  const began = performance.now();
  let told = 0;
  for (;;) {
    try {
      const resume = holdsRun(folder);
      return await train({
        config,
        folder,
        resume,
        signal: controller.signal,
        observer: {
          onPhase: (text) => send({ kind: "phase", text }),
          onNotice: notice,
          onStart(event) {
            start.event = event;
            const { pid } = process;
            send({ kind: "started", pid, steps: event.steps, resumedAt: event.resumedAt });
          },
          onStep({ step, steps, loss, tokensPerSecond, secondsLeft }) {
            if (step < steps) secondsPerStep = secondsLeft / (steps - step);
            if (performance.now() - told < interval) return;
            told = performance.now();
            send({ kind: "step", step, loss, tokensPerSecond, secondsLeft });
          },
          onEvaluation: ({ loss }) => send({ kind: "evaluation", loss }),
        },
      });
    } catch (error) {
      const waits = error instanceof RunLockedError && performance.now() - began < patience;
      if (!waits || controller.signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function notice(text: string): void {
  process.stderr.write(`note: ${text}\n`);
}
