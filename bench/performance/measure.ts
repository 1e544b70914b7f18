/** One measurement, in a process of its own whose peak memory is its own, with its time shown. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { formatSeconds } from "../../src/report/index.ts";
import { type Result, resultSchema } from "./result.ts";

export interface MeasureOptions {
  readonly root: string;
  /** Of `pathloom bench`. */
  readonly args: readonly string[];
  readonly python: string;
  /** Before the time on the progress line, as `[3/18] training`. */
  readonly label: string;
  readonly expectedSeconds: number;
}

/** The process that measures now. */
let current: ChildProcess | null = null;

/** Ends what is measured now; the promise of `measure` rejects. */
export function stopMeasuring(): void {
  current?.kill();
}

/** Rejects with an Error that says what the bench said where it failed. */
export async function measure(options: MeasureOptions): Promise<Result> {
  const { root, args, python, label, expectedSeconds } = options;
  const program = join(root, "dist", "src", "cli", "main.js");
  const all = [program, "bench", ...args, "--peer", "python", "--python", python, "--json"];
  const child = spawn(process.execPath, all, { stdio: ["ignore", "pipe", "pipe"] });
  current = child;
  const done = showTime(label, expectedSeconds);
  try {
    const { code, stdout, stderr } = await outcomeOf(child);
    if (code !== 0) throw new Error(stderr.trim() || `the bench ended with ${code}`);
    return resultSchema.parse(JSON.parse(stdout));
  } finally {
    current = null;
    done();
  }
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
function showTime(label: string, expected: number): () => void {
  const { stderr } = process;
  const started = performance.now();
  const text = () => {
    const seconds = (performance.now() - started) / 1000;
    return `${label}: ${formatSeconds(seconds)} of about ${formatSeconds(expected)}`;
  };
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
