/** Who started this process and how many others, by the variables that launchers set. */

export interface Launch {
  /** As `mpirun of Open MPI`. */
  readonly launcher: string;
  /** Processes that were started together. */
  readonly size: number;
  /** Whose library belongs to it; null where either may. */
  readonly abi: "open-mpi" | "mpich" | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The innermost launcher first: `mpirun` inside of Slurm starts its own agents by `srun`, whose variables
 * stand there too. Of Slurm those of a step alone count, for a batch script has the others without being
 * one of several processes.
 */
const launchers = [
  { variable: "OMPI_COMM_WORLD_SIZE", launcher: "mpirun of Open MPI", abi: "open-mpi" },
  { variable: "PMI_SIZE", launcher: "mpiexec of MPICH", abi: "mpich" },
  { variable: "SLURM_STEP_NUM_TASKS", launcher: "srun", abi: null },
] as const;

/** Null where this process was started alone, by nobody who starts several. */
export function readLaunch(environment: Environment = process.env): Launch | null {
  for (const { variable, launcher, abi } of launchers) {
    const size = Number(environment[variable]);
    if (!Number.isInteger(size) || size < 1) continue;
    return { launcher: inSlurm(variable, environment) ? "srun" : launcher, size, abi };
  }
  return null;
}

/** Slurm speaks MPICH's protocol where it is asked to: the variables are the same. */
function inSlurm(variable: string, { SLURM_MPI_TYPE, MPI_LOCALNRANKS }: Environment): boolean {
  return variable === "PMI_SIZE" && SLURM_MPI_TYPE !== undefined && MPI_LOCALNRANKS === undefined;
}
