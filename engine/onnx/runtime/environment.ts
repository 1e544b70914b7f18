/**
 * What all sessions of the process share: the library, its environment, one pool of threads and one
 * arena of memory. With a pool of its own every session would keep its threads spinning while another
 * computes; with an arena of its own it would hold the memory that the others need, and with none it
 * would pay the system for every page of every intermediate, a fifth of a small training step.
 */
import { type Handle, OrtLibrary } from "./library.ts";

/** Of messages that it prints: none. What goes wrong is thrown. */
const fatalOnly = 4;
const deviceAllocator = 0;
const arenaAllocator = 1;
const defaultMemory = 0;

export interface OrtEnvironment {
  readonly library: OrtLibrary;
  readonly handle: Handle;
  /** Of the shared pool, the calling one included. */
  readonly threads: number;
  /** False where the process had an environment without a shared pool before: sessions have pools of their own. */
  sharesThreads: boolean;
  /** Describes memory of the host, for tensors over arrays of the caller. */
  readonly hostMemory: Handle;
}

let shared: OrtEnvironment | undefined;

/**
 * The process's environment. ONNX Runtime has one for a process and never another, so the first
 * caller decides how many threads the shared pool has.
 */
export function ortEnvironment(threads: number): OrtEnvironment {
  if (shared !== undefined) return shared;
  silenceTelemetry();
  const library = new OrtLibrary();
  const options = library.create("CreateThreadingOptions");
  library.call("SetGlobalIntraOpNumThreads", options, threads);
  const handle = library.create("CreateEnvWithGlobalThreadPools", fatalOnly, "pathloom", options);
  library.release("ReleaseThreadingOptions", options);
  const arena = library.create("CreateCpuMemoryInfo", arenaAllocator, defaultMemory);
  library.call("CreateAndRegisterAllocator", handle, arena, 0n);
  library.release("ReleaseMemoryInfo", arena);
  const hostMemory = library.create("CreateCpuMemoryInfo", deviceAllocator, defaultMemory);
  shared = { library, handle, threads, sharesThreads: true, hostMemory };
  return shared;
}

/**
 * The runtime's builds carry a telemetry client, which starts with the environment. On Linux it names
 * the program by a regular expression over the whole command line, whose matcher recurses for every
 * character: some 8,000 bytes of arguments overflow the stack that foreign functions run on, and
 * 130,000 any stack. Nobody asked for telemetry here, so it is off, whatever it would send.
 */
function silenceTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
}
