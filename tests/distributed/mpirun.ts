/** Starts test programs in several processes, by each MPI that this machine has. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { lookForMpi } from "../../distributed/index.ts";
import { startArguments } from "../testing/started.ts";

export interface Launcher {
  /** As `Open MPI 4.1.4`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const openMpiArgs = ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none"];

/** With Debian's names first, which tell two builds apart that stand side by side. */
const commands = {
  "open-mpi": { names: ["mpirun.openmpi", "mpirun"], args: openMpiArgs },
  mpich: { names: ["mpirun.mpich", "mpiexec.hydra", "mpirun"], args: [] },
} as const;

/** A library without its launcher is of no use, nor the other way round. */
export function launchers(): Launcher[] {
  const used = new Set<string>();
  return lookForMpi().found.flatMap(({ summary, abi }) => {
    const { names, args } = commands[abi.name];
    const command = names.find((name) => isInPath(name) && !used.has(name));
    if (command === undefined) return [];
    used.add(command);
    return [{ name: summary, command, args }];
  });
}

const settings = {
  // Containers mostly forbid a process to read the memory of another.
  OMPI_MCA_btl_vader_single_copy_mechanism: "none",
  // More ranks than cores: those that wait let the others work.
  OMPI_MCA_mpi_yield_when_idle: "1",
};

export const whyNone =
  "several processes: no MPI with its launcher here (CONTRIBUTING.md says how to have one)";

function isInPath(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));
}

/** Runs a TypeScript program of the tests (tests/testing/started.ts) in so many processes. */
export function startRanks(
  launcher: Launcher,
  ranks: number,
  [file, ...rest]: readonly [file: string, ...rest: string[]],
  { env = {}, seconds = 240 }: { readonly env?: NodeJS.ProcessEnv; readonly seconds?: number } = {},
): Promise<Ended> {
  const program = [process.execPath, ...startArguments(file), ...rest];
  const args = [...launcher.args, "-n", String(ranks), ...program];
  const child = spawn(launcher.command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: seconds * 1000,
    env: { ...process.env, ...settings, ...env },
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const [stdout, stderr] = [out, err].map((chunks) => Buffer.concat(chunks).toString());
      resolve({ code, stdout: stdout!, stderr: stderr! });
    });
  });
}

/** What each rank printed as `rank <json>` lines, joined. */
export function answers<T>({ stdout, stderr, code }: Ended): T[] {
  const lines = stdout.split("\n").filter((line) => line.startsWith("answer "));
  if (lines.length === 0) throw new Error(`no rank answered (code ${code}): ${stderr}`);
  return lines.map((line) => JSON.parse(line.slice("answer ".length)) as T);
}
