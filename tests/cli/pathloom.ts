/** Runs `pathloom` as a user would, in a process of its own or in this one. */
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

/**
 * Within this process, one call after another: the same function as the program calls, without the second
 * that a start takes. With a shell or `started` it is a process of its own.
 */
export function pathloom(args: readonly string[], options: PathloomOptions = {}): Promise<Ended> {
  const { shell, started } = options;
  if (shell !== undefined || started !== undefined) return pathloomProcess(args, options);
  const ended = last.then(() => call(args, options));
  last = ended.catch(() => {});
  return ended;
}

let last: Promise<unknown> = Promise.resolve();

async function call(
  args: readonly string[],
  { cwd = root, env = {} }: PathloomOptions,
): Promise<Ended> {
  const { main } = await import("../../src/cli/program.ts");
  const before = { cwd: process.cwd(), env: { ...process.env } };
  const [stdout, stderr] = [catchText(process.stdout), catchText(process.stderr)];
  process.chdir(cwd);
  Object.assign(process.env, env);
  try {
    await main(args);
    const code = Number(process.exitCode ?? 0);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.exitCode = undefined;
    process.chdir(before.cwd);
    for (const name of Object.keys(env)) {
      const value = before.env[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    stdout.release();
    stderr.release();
  }
}

/** Keeps what is written, of a stream that is no terminal meanwhile. */
function catchText(stream: NodeJS.WriteStream) {
  const { write, isTTY } = stream;
  let text = "";
  stream.isTTY = false;
  stream.write = ((chunk: string | Uint8Array) => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    return true;
  }) as typeof stream.write;
  const release = () => {
    stream.write = write;
    stream.isTTY = isTTY;
  };
  return { text: () => text, release };
}

/** As a user starts it. @param started is given the process, to send it signals. */
export function pathloomProcess(
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
