/**
 * What the operating system refused, in words: every error of the file system that leaves this
 * folder is a `StorageError` with the path, a code to branch on, and what the user can do.
 */
import { PathloomError } from "../../errors/index.ts";

export type StorageFault =
  | "no-space"
  | "not-writable"
  | "not-readable"
  | "not-a-folder"
  | "not-found"
  | "exists"
  | "too-many-open-files"
  | "io";

const FAULTS: Readonly<Record<string, StorageFault>> = {
  ENOSPC: "no-space",
  EDQUOT: "no-space",
  EFBIG: "no-space",
  EACCES: "not-writable",
  EPERM: "not-writable",
  EROFS: "not-writable",
  ENOTDIR: "not-a-folder",
  ENOENT: "not-found",
  EEXIST: "exists",
  EISDIR: "exists",
  ENOTEMPTY: "exists",
  EMFILE: "too-many-open-files",
  ENFILE: "too-many-open-files",
};

const WORDS: Readonly<Record<StorageFault, readonly [what: string, advice: string]>> = {
  "no-space": [
    "no space left for it",
    "free space on this disk (or raise the quota or file-size limit), or choose another folder; what was saved before is intact",
  ],
  "not-writable": [
    "no permission to write there",
    "choose a folder you may write to, or change its permissions",
  ],
  "not-readable": ["no permission to read it", "change its permissions or run as its owner"],
  "not-a-folder": [
    "a part of this path is a file, not a folder",
    "choose another path, or move that file away",
  ],
  "not-found": ["it does not exist", "check the path"],
  exists: ["something of that name is in the way", "choose another name, or move it away"],
  "too-many-open-files": [
    "too many files are open",
    "raise the limit (`ulimit -n`) or close other readers",
  ],
  io: ["the disk or file system failed", "check the disk; what was saved before is intact"],
};

/**
 * A file or folder that could not be read or written. `path` is the one the caller asked for.
 * @example
 * try {
 *   await exportModel({ model: "runs/icons", to: "/full/disk" });
 * } catch (error) {
 *   if (!(error instanceof StorageError)) throw error;
 *   console.error(`${error.path}: ${error.code}`);
 * }
 */
export class StorageError extends PathloomError {
  override readonly name: string = "StorageError";
  override readonly code: StorageFault;
  readonly path: string;
  readonly advice: string;
  /** The verb and object of the message: "write this file". */
  readonly doing: string;

  constructor(code: StorageFault, path: string, doing: string, cause: unknown) {
    const [what, advice] = WORDS[code];
    const system = systemCode(cause);
    super(`${path}: cannot ${doing}: ${what}${system ? ` (${system})` : ""}; ${advice}`, { cause });
    this.code = code;
    this.path = path;
    this.advice = advice;
    this.doing = doing;
  }
}

/** The same error about `final` where it is about `temporary` or something inside it. */
export function renameInError(error: unknown, temporary: string, final: string): unknown {
  if (!(error instanceof StorageError) || !error.path.startsWith(temporary)) return error;
  const path = final + error.path.slice(temporary.length);
  return new StorageError(error.code, path, error.doing, error.cause);
}

/** The operating system's code (`ENOSPC`) of an error, if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/**
 * Runs `action` and turns an error of the operating system into a `StorageError` about `path`;
 * other errors pass unchanged.
 * @param doing the verb and object of the message: "write this file"
 */
export function guardStorage<T>(
  path: string,
  doing: string,
  access: "read" | "write",
  action: () => T,
): T {
  try {
    return action();
  } catch (error) {
    const system = systemCode(error);
    if (system === undefined) throw error;
    const fault = FAULTS[system] ?? "io";
    const code = fault === "not-writable" && access === "read" ? "not-readable" : fault;
    throw new StorageError(code, path, doing, error);
  }
}
