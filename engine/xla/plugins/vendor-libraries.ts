/**
 * NVIDIA's libraries from Python's wheels. The plug-in opens them by name, which finds what is loaded
 * already: they are loaded first, by their paths, in any order that works.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import koffi from "koffi";
import { pinLibrary } from "../pjrt/index.ts";

const libraryName = /\.so(\.\d+)*$/;
/** For computing without a card, and for debuggers. */
const unwanted = /stubs|libcuda\.so|checkpoint|pcsamplingutil|nvperf/;

/** All shared libraries below `nvidia` in a folder of packages. */
export function vendorLibraries(packages: string): string[] {
  const root = join(packages, "nvidia");
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .flatMap((name) => ["lib", "lib64"].map((folder) => join(root, name, folder)))
    .filter((folder) => existsSync(folder) && statSync(folder).isDirectory())
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => libraryName.test(path) && !unwanted.test(path))
    .toSorted();
}

/** Loads what can be loaded; what needs another one is tried again after it. */
export function loadVendorLibraries(packages: string): void {
  let waiting = vendorLibraries(packages);
  while (waiting.length > 0) {
    const failed = waiting.filter((path) => !loads(path));
    if (failed.length === waiting.length) return;
    waiting = failed;
  }
}

function loads(path: string): boolean {
  try {
    koffi.load(path, { lazy: true, global: true });
    pinLibrary(path);
    return true;
  } catch {
    return false;
  }
}
