/** The system's MPI, called through koffi. Loading it starts nothing. */
import koffi from "koffi";
import { MpiError } from "../error.ts";
import { type Abi, type Handle, type HandleName, readVersion, versionBytes } from "./abi.ts";
import { candidates } from "./locate.ts";

/** `handle` is what the build takes a handle for, `special` an address that may be no memory. */
const functions = {
  MPI_Init_thread: ["void *", "void *", "int", "void *"],
  MPI_Initialized: ["void *"],
  MPI_Finalize: [],
  MPI_Comm_rank: ["handle", "void *"],
  MPI_Comm_size: ["handle", "void *"],
  MPI_Comm_set_errhandler: ["handle", "handle"],
  MPI_Abort: ["handle", "int"],
  MPI_Iallreduce: ["void *", "void *", "int", "handle", "handle", "handle", "void *"],
  MPI_Wait: ["void *", "special"],
  MPI_Test: ["void *", "void *", "special"],
  MPI_Bcast: ["void *", "int", "handle", "int", "handle"],
  MPI_Allreduce: ["special", "void *", "int", "handle", "handle", "handle"],
  MPI_Reduce_scatter: ["void *", "void *", "void *", "handle", "handle", "handle"],
  MPI_Allgatherv: [
    ...["void *", "int", "handle"],
    ...["void *", "void *", "void *", "handle", "handle"],
  ],
} as const satisfies Record<string, readonly string[]>;

type FunctionName = keyof typeof functions;
type Argument = Handle | ArrayBufferView | null;
type Native = (...args: readonly Argument[]) => number;

/** A library that was found, by what it says of itself. */
export interface FoundMpi {
  /** As it was loaded: a name for the system's loader, or a path. */
  readonly file: string;
  /** As `Open MPI 4.1.4`. */
  readonly summary: string;
  readonly abi: Abi;
}

/** A library that is no build that is known. */
export interface RefusedMpi {
  readonly file: string;
  readonly reason: string;
}

/** All that can be loaded here, most likely first; of a build that was found twice the first. */
export function lookForMpi(): { readonly found: FoundMpi[]; readonly refused: RefusedMpi[] } {
  const found: FoundMpi[] = [];
  const refused: RefusedMpi[] = [];
  for (const file of candidates()) {
    const answer = identify(file);
    if ("reason" in answer) {
      if (answer.isThere) refused.push({ file, reason: answer.reason });
    } else if (!found.some(({ summary }) => summary === answer.summary)) found.push(answer);
  }
  return { found, refused };
}

/**
 * Of Open MPI and UCX below it, unless the environment says otherwise. To keep track of registered memory
 * they rewrite the machine code of the C library's memory functions, under the threads that Node has
 * running by then; and UCX's handler of segmentation faults stands in the way of V8's, by which
 * WebAssembly checks its bounds.
 */
const gentle: Readonly<Record<string, string>> = {
  OMPI_MCA_memory: "^patcher",
  UCX_MEM_EVENTS: "n",
  UCX_HANDLE_ERRORS: "none",
};

/** Before any of it is loaded: a library that UCX is linked to reads these at once. */
function bindGently(): void {
  for (const [name, value] of Object.entries(gentle)) process.env[name] ??= value;
}

type Unfit = { readonly reason: string; readonly isThere: boolean };

function identify(file: string): FoundMpi | Unfit {
  let text: string;
  try {
    bindGently();
    const library = koffi.load(file);
    const [bytes, length] = [new Uint8Array(versionBytes), new Int32Array(1)];
    library.func("MPI_Get_library_version", "int", ["void *", "void *"])(bytes, length);
    text = new TextDecoder().decode(bytes.subarray(0, Math.max(0, length[0]!)));
  } catch (error) {
    const [reason = ""] = (error as Error).message.split("\n");
    const isThere = process.env.PATHLOOM_MPI !== undefined || !/cannot open|no such/i.test(reason);
    return { reason: `it cannot be loaded: ${reason}`, isThere };
  }
  const version = readVersion(text);
  if (version === null) {
    const [line = ""] = text.trim().split("\n");
    const said = JSON.stringify(line.slice(0, 100));
    const reason = `it calls itself ${said}, which is neither Open MPI 2 or newer nor of the MPICH family (3.1 or newer)`;
    return { reason, isThere: true };
  }
  return { file, summary: `${version.product} ${version.version}`, abi: version.abi };
}

export class MpiLibrary {
  readonly abi: Abi;
  /** As `Open MPI 4.1.4`. */
  readonly summary: string;
  readonly #functions: ReadonlyMap<FunctionName, Native>;
  readonly #errorString: Native;
  readonly #handles: ReadonlyMap<HandleName, Handle>;

  /** @throws MpiError where it lacks what every MPI of the last ten years has. */
  constructor({ file, summary, abi }: FoundMpi) {
    this.abi = abi;
    this.summary = summary;
    try {
      // Parts of Open MPI are loaded later and look for the library's names among the global ones.
      const library = koffi.load(file, { global: true });
      const typeOf = (name: string) =>
        name === "handle" ? abi.handleType : name === "special" ? "uintptr_t" : name;
      const native = (name: string, args: readonly string[]): Native =>
        library.func(name, "int", args.map(typeOf));
      this.#functions = new Map(
        Object.entries(functions).map(
          ([name, args]) => [name as FunctionName, native(name, args)] as const,
        ),
      );
      this.#errorString = native("MPI_Error_string", ["int", "void *", "void *"]);
      this.#handles = new Map(
        Object.entries(abi.handles).map(([name, handle]) => [
          name as HandleName,
          typeof handle === "number" ? handle : koffi.address(library.symbol(handle, "char")),
        ]),
      );
    } catch (cause) {
      const [line] = (cause as Error).message.split("\n");
      throw new MpiError(`${file}: this ${summary} cannot be used: ${line}`, { cause });
    }
  }

  handle(name: HandleName): Handle {
    return this.#handles.get(name)!;
  }

  /** @throws MpiError with the library's own message. */
  call(name: FunctionName, ...args: readonly Argument[]): void {
    const code = this.#functions.get(name)!(...args);
    if (code === 0) return;
    const [text, length] = [new Uint8Array(versionBytes), new Int32Array(1)];
    this.#errorString(code, text, length);
    const message = new TextDecoder().decode(text.subarray(0, Math.max(0, length[0]!)));
    throw new MpiError(`${name}: ${message} (${this.summary})`);
  }
}
