/** A run of a sweep in a process of its own: what it uses is its own, and so is its end. */
import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Config } from "../config/index.ts";
import type { WorkerMessage, WorkerRequest } from "./messages.ts";

export interface WorkerOptions {
  readonly folder: string;
  readonly config: Config;
  readonly report: boolean;
  /** What the process says is appended to this file. */
  readonly output: string;
  readonly onMessage: (message: WorkerMessage) => void;
  /** Asks the process to save and end. */
  readonly signal: AbortSignal;
}

export type WorkerEnd = Extract<WorkerMessage, { readonly kind: "done" | "failed" }>;

/** Trains one run; never rejects: what goes wrong is its end. */
export function runWorker(options: WorkerOptions): Promise<WorkerEnd> {
  const { folder, config, report, output, signal } = options;
  const log = openSync(output, "a");
  // The compiled program has compiled workers.
  const file = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));
  const child = fork(file, { stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  const stop = () => ask(child, { kind: "stop" });
  signal.addEventListener("abort", stop);
  return new Promise<WorkerEnd>((resolve) => {
    let end: WorkerEnd | null = null;
    child.on("message", (message: WorkerMessage) => {
      if (message.kind === "done" || message.kind === "failed") end = message;
      options.onMessage(message);
    });
    child.on("error", (error) => resolve({ kind: "failed", reason: error.message }));
    child.on("exit", (code, killed) => {
      const how = killed === null ? `exit code ${code}` : killed;
      resolve(end ?? { kind: "failed", reason: `its process ended by ${how}; see ${output}` });
    });
    ask(child, { kind: "train", folder, config, report });
    if (signal.aborted) stop();
  }).finally(() => signal.removeEventListener("abort", stop));
}

/** A process that has ended needs nothing more. */
function ask(child: ChildProcess, request: WorkerRequest): void {
  if (child.connected) child.send(request, () => {});
}
