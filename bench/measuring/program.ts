/** A program of the project in a process of its own, whose peak memory is its own, with its time shown. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatSeconds } from "../../src/report/index.ts";

export const root = join(import.meta.dirname, "..", "..");

/** The built command line. */
export const commandLine = (folder: string = root): string =>
  join(folder, "dist", "src", "cli", "main.js");

export interface RunOptions {
  /** Before the time on the progress line, as `[3/18] training`. */
  readonly label: string;
  /** Not shown unless given. */
  readonly expectedSeconds?: number;
}

/** The process that runs now. */
let current: ChildProcess | null = null;

/** Ends what runs now; the promise of `outputOf` rejects. */
export function stopProgram(): void {
  current?.kill();
}

/**
 * What a program prints.
 * @param args of Node.
 * Rejects with an Error that says what the program said where it failed.
 */
export async function outputOf(args: readonly string[], options: RunOptions): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  current = child;
  const done = showTime(options);
  try {
    const { code, stdout, stderr } = await outcomeOf(child);
    if (code !== 0) throw new Error(stderr.trim() || `${args.join(" ")} ended with ${code}`);
    return stdout;
  } finally {
    current = null;
    done();
  }
}

/**
 * The objects that a program of the project prints a line, with `--json`.
 * @param measured a file of what it printed before, to take instead.
 */
export async function jsonLines<T>(program: string, measured?: string): Promise<T[]> {
  const args = ["--import", "tsx", join(root, program), "--json"];
  const text =
    measured === undefined
      ? await outputOf(args, { label: program })
      : readFileSync(measured, "utf8");
  const lines = text.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => JSON.parse(line) as T);
}

async function outcomeOf(child: ChildProcess) {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    // A character of several bytes may come in two pieces.
    child[name]!.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve(status ?? signal));
  });
  return { code, ...output };
}

const terminalSeconds = 1;
const plainSeconds = 60;

/** Shows how much of the expected time is over, on one line of a terminal, or now and then. */
function showTime({ label, expectedSeconds }: RunOptions): () => void {
  const { stderr } = process;
  const started = performance.now();
  const of = expectedSeconds === undefined ? "" : ` of about ${formatSeconds(expectedSeconds)}`;
  const text = () => `${label}: ${formatSeconds((performance.now() - started) / 1000)}${of}`;
  const redraw = () => stderr.write(`\r\x1b[K${text()}`);
  const append = () => stderr.write(`${text()}\n`);
  if (stderr.isTTY) redraw();
  const timer = setInterval(
    stderr.isTTY ? redraw : append,
    1000 * (stderr.isTTY ? terminalSeconds : plainSeconds),
  );
  return () => {
    clearInterval(timer);
    if (stderr.isTTY) stderr.write("\r\x1b[K");
  };
}
