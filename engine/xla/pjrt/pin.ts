/**
 * Shared libraries that stay loaded to the end of the process. What koffi has loaded it unloads when
 * nobody holds it, at the latest when Node's environment ends: a plug-in's threads and its handlers of the
 * process's end would then run in memory that is gone.
 */
import koffi from "koffi";

/** `RTLD_LAZY`, the same on Linux and macOS. */
const lazily = 1;

let open: ((path: string, flags: number) => unknown) | undefined;

/** Holds a library by the system's own count, which nobody lowers. */
export function pinLibrary(path: string): void {
  if (process.platform === "win32") return;
  open ??= koffi.load(null).func("dlopen", "void *", ["str", "int"]) as NonNullable<typeof open>;
  open(path, lazily);
}
