/**
 * Where MPI's libraries lie: what `PATHLOOM_MPI` names, else what the system's loader finds, else the
 * folders of distributions that keep several builds apart, and the one beside `mpirun`.
 */
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Open MPI 2 to 5; MPICH as Debian names it; MPICH and Intel MPI elsewhere. */
const names: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ["libmpi.so.40", "libmpich.so.12", "libmpi.so.12"],
  darwin: ["libmpi.40.dylib", "libmpi.12.dylib"],
};

const usualFolders = [
  ...["/usr/lib64/openmpi/lib", "/usr/lib64/mpich/lib", "/usr/lib64/mpi/gcc/openmpi4/lib64"],
  ...["/usr/lib64/mpi/gcc/mpich/lib64", "/opt/homebrew/lib", "/usr/local/lib"],
];

/** Programs that start several processes. */
const launchers = ["mpirun", "mpiexec", "srun"] as const;

/** The first of them in the search path; null where there is none. */
export function findLauncher(): string | null {
  return launchers.map(inPath).find((path) => path !== null) ?? null;
}

function inPath(program: string): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** What may be loaded, most likely first: names that the system's loader looks for, and whole paths. */
export function candidates(): string[] {
  const named = process.env.PATHLOOM_MPI;
  const known = names[process.platform] ?? [];
  if (named !== undefined && named !== "") {
    const within = known.map((name) => join(named, name)).filter((path) => existsSync(path));
    return within.length > 0 ? within : [named];
  }
  const mpirun = inPath("mpirun");
  const beside = mpirun === null ? [] : [join(dirname(dirname(mpirun)), "lib")];
  const paths = [...usualFolders, ...beside].flatMap((folder) =>
    known.map((name) => join(folder, name)).filter((path) => existsSync(path)),
  );
  return [...known, ...paths];
}
