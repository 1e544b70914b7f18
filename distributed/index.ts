/** Several processes that compute together: over the system's MPI, or one alone. */

export {
  agreed,
  broadcastText,
  broadcastValue,
  gatherTexts,
  gatherValues,
  isCommon,
  sumOf,
} from "./agree.ts";
export {
  alone,
  type Communicator,
  type Reduction,
  type Shared,
  type Summable,
} from "./communicator.ts";
export { MpiError } from "./error.ts";
export { type Environment, type Launch, readLaunch } from "./launch.ts";
export {
  type Abi,
  type AbiName,
  type HandleName,
  type MpiVersion,
  readVersion,
} from "./mpi/abi.ts";
export { type FoundMpi, lookForMpi, type RefusedMpi } from "./mpi/library.ts";
export { findLauncher } from "./mpi/locate.ts";
export { howToInstall, openCommunicator } from "./open.ts";
export { shareOfCores } from "./threads.ts";
