/**
 * The same work done by somebody else: PyTorch with transformers and PEFT, in a child process that is
 * told by lines of JSON what to do, and waits in between.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import type { Precision } from "../../engine/index.ts";
import { BenchError } from "./errors.ts";
import type { PeerWork } from "./workload.ts";

export interface PeerOptions {
  /** A Python, or the folder of a virtual environment. */
  readonly python: string;
  readonly work: PeerWork;
  readonly threads: number;
  /** The same kind of processor as ours. */
  readonly device: "cpu" | "cuda";
  /** In bfloat16 it trains under PyTorch's autocast. */
  readonly precision: Precision;
}

const readySchema = z.object({
  versions: z.record(z.string(), z.string()),
  parameters: z.number().nullable(),
  trainedParameters: z.number().nullable(),
});
const roundSchema = z.object({ seconds: z.number().positive(), peakMemoryBytes: z.number() });
const errorSchema = z.object({ error: z.string() });

export type PeerReady = z.infer<typeof readySchema>;
export type PeerRound = z.infer<typeof roundSchema>;

export class Peer {
  readonly ready: PeerReady;
  readonly precision: Precision;
  readonly #child: PeerProcess;

  private constructor(child: PeerProcess, ready: PeerReady, precision: Precision) {
    this.#child = child;
    this.ready = ready;
    this.precision = precision;
  }

  /** Starts it and has it warm up. Rejects with a BenchError when Python or a package is missing. */
  static async start({ python, ...work }: PeerOptions): Promise<Peer> {
    const child = new PeerProcess(pythonProgram(python), work.threads);
    try {
      return new Peer(child, await child.ask(work, readySchema), work.precision);
    } catch (error) {
      child.end();
      throw error;
    }
  }

  /** Does the work that often. Rejects with a BenchError when the process fails. */
  round(units: number): Promise<PeerRound> {
    return this.#child.ask({ units }, roundSchema);
  }

  end(): void {
    this.#child.end();
  }
}

/** A process that answers each line with a line. */
class PeerProcess {
  readonly #program: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #failure: Error | null = null;
  #log = "";

  constructor(program: string, threads: number) {
    const count = String(threads);
    this.#program = program;
    this.#child = spawn(program, ["-u", peerScript(import.meta.dirname)], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, OMP_NUM_THREADS: count, MKL_NUM_THREADS: count },
    });
    this.#child.on("error", (error) => {
      this.#failure = error;
    });
    // What a process that has ended is told goes nowhere; its answer is missed soon enough.
    this.#child.stdin!.on("error", () => {});
    this.#child.stderr!.on("data", (text) => {
      this.#log = `${this.#log}${text}`.slice(-4000);
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async ask<T>(question: unknown, schema: z.ZodType<T>): Promise<T> {
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new BenchError(await this.#obituary());
    const answer: unknown = JSON.parse(value);
    const refused = errorSchema.safeParse(answer);
    if (refused.success) throw new BenchError(`the peer: ${refused.data.error}`);
    return schema.parse(answer);
  }

  end(): void {
    this.#child.stdin!.end();
    this.#child.kill();
  }

  async #obituary(): Promise<string> {
    // The process and its log end shortly after its output.
    await new Promise((resolve) => setTimeout(resolve, 100));
    if ((this.#failure as NodeJS.ErrnoException | null)?.code === "ENOENT") {
      return `${this.#program}: no such program; name a Python, or the folder of its virtual environment, by --python`;
    }
    const last = this.#log.trim().split("\n").at(-1) || "without a word";
    return `${this.#program}: the peer ended: ${last}`;
  }
}

/**
 * @param python a Python, or the folder of a virtual environment.
 * @throws BenchError when a folder is no virtual environment.
 */
export function pythonProgram(python: string): string {
  if (statSync(python, { throwIfNoEntry: false })?.isDirectory() !== true) return python;
  const programs = [join(python, "bin", "python"), join(python, "Scripts", "python.exe")];
  const found = programs.find((program) => existsSync(program));
  if (found !== undefined) return found;
  throw new BenchError(`${python}: no virtual environment (no bin/python in it)`);
}

/** In the package's folder, above this file, be it source or compiled. */
function peerScript(folder: string): string {
  const script = join(folder, "bench", "peer", "peer.py");
  if (existsSync(script)) return script;
  if (dirname(folder) === folder) throw new BenchError("bench/peer/peer.py is missing");
  return peerScript(dirname(folder));
}
