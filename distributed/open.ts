/** The communicator of this process. */
import { alone, type Communicator } from "./communicator.ts";
import { MpiError } from "./error.ts";
import { type Launch, readLaunch } from "./launch.ts";
import { lookForMpi, MpiLibrary } from "./mpi/library.ts";
import { MpiCommunicator } from "./mpi/mpi-communicator.ts";

let opened: Communicator | undefined;

/** What to install where MPI is missing. */
export const howToInstall =
  "install Open MPI (Debian, Ubuntu: apt-get install openmpi-bin; Fedora: dnf install openmpi; macOS: brew install open-mpi; clusters: module load openmpi), or name its library by PATHLOOM_MPI";

/**
 * All processes that `mpirun`, `mpiexec` or `srun` started together with this one, or this one alone
 * where none of them started it. Asked again, the same.
 * @throws MpiError where several were started and there is no MPI to join them, or one of another build
 * than the launcher's
 * @example
 * const communicator = openCommunicator();
 * await train({ config, folder: "runs/icons", resume: false, communicator });
 */
export function openCommunicator(): Communicator {
  opened ??= open(readLaunch());
  return opened;
}

function open(launch: Launch | null): Communicator {
  if (launch === null || launch.size === 1) return alone;
  const { launcher, size } = launch;
  const started = `${launcher} started ${size} processes`;
  const { found, refused } = lookForMpi();
  const fitting = found.find(({ abi }) => launch.abi === null || abi.name === launch.abi);
  const [first = null] = fitting === undefined ? found : [fitting];
  if (first === null) {
    const [unfit] = refused;
    throw new MpiError(
      unfit === undefined
        ? `${started}, but there is no MPI library to join them: ${howToInstall}`
        : `${started}, but ${unfit.file} cannot join them: ${unfit.reason}; ${howToInstall}`,
    );
  }
  const communicator = new MpiCommunicator(new MpiLibrary(first));
  if (communicator.size === size) return communicator;
  // Each would train alone, all of them the same.
  const message = `${started}, but ${first.summary} (${first.file}) sees ${communicator.size}: launcher and library are of different builds; start with the launcher of that library, name the other by PATHLOOM_MPI, or say srun --mpi=pmix (pmi2 for MPICH) under Slurm`;
  communicator.finish();
  throw new MpiError(message);
}
