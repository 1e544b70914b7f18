/** Runs the program `pathloom` as a user would. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "./program.ts";

const root = join(import.meta.dirname, "..", "..");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "pathloom-cli-"));
}

/** @param started is given the process, to send it signals. */
export function pathloom(
  args: readonly string[],
  { cwd, shell, env, started }: PathloomOptions = {},
): Promise<Ended> {
  const command = [process.execPath, ...program, ...args];
  const [file = "", ...rest] = shell === undefined ? command : ["sh", "-c", shell, ...command];
  const child = spawn(file, rest, {
    cwd: cwd ?? root,
    env: { ...process.env, PATHLOOM_DEBUG: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started?.(child);
  return ending(child);
}

export interface PathloomOptions {
  readonly cwd?: string;
  /** A line of shell that runs the program as `"$0" "$@"`. */
  readonly shell?: string;
  /** Added to this process's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly started?: (child: ChildProcess) => void;
}

function ending(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (text) => {
    stdout += text;
  });
  child.stderr?.on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
