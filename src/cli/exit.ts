/** How a command ends: its exit code, and one line for what went wrong. */
import { CommanderError } from "commander";
import { OtherRankError, PathloomError, UsageError } from "../../errors/index.ts";

/** 0 done, 1 failed, 2 bad usage or configuration, 130 interrupted with the state saved. */
export const exitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const advice: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the disk; free some, or choose another folder",
  EDQUOT: "the disk quota is used up; free some space, or choose another folder",
  EACCES: "no permission; choose a folder you may write to, or change its permissions",
  EPERM: "not permitted; choose a folder you may write to, or change its permissions",
  EROFS: "the file system is read-only; choose another folder",
  ENOTDIR: "a part of this path is a file, not a folder; choose another path",
  EEXIST: "something of that name is in the way; choose another name, or move it away",
  ENOENT: "no such file or folder; check the path",
  EMFILE: "too many files are open; raise the limit: ulimit -n 1024",
  ENFILE: "the system has too many files open; close other programs",
  EISDIR: "this is a folder, where a file was expected",
};

/** Libraries' own typed errors, as zod's, speak for themselves too. */
function isOurs(error: Error): boolean {
  const builtIn = ["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError"];
  return error instanceof PathloomError || !builtIn.includes(error.name);
}

/** One line, with the file or place first. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : advice[code];
  if (known !== undefined && !isOurs(error)) return `${path ?? "file system"}: ${known} (${code})`;
  const line = error.message.split("\n", 1)[0] ?? "";
  return isOurs(error)
    ? line
    : `${line} (this is a fault of pathloom; PATHLOOM_DEBUG=1 shows where)`;
}

/** Tells of an error on stderr. @returns the exit code it asks for. */
export function reportError(error: unknown): number {
  if (error instanceof CommanderError) {
    const informative = ["commander.helpDisplayed", "commander.help", "commander.version"];
    return informative.includes(error.code) ? exitCode.done : exitCode.usage;
  }
  // The one that failed says why.
  if (error instanceof OtherRankError) return error.isUsage ? exitCode.usage : exitCode.failed;
  process.stderr.write(`pathloom: ${messageOf(error)}\n`);
  if (error instanceof PathloomError) {
    for (const fault of error.further) process.stderr.write(`pathloom: ${fault}\n`);
  }
  if (process.env.PATHLOOM_DEBUG === "1" && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
  }
  return error instanceof UsageError ? exitCode.usage : exitCode.failed;
}
