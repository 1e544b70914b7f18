/**
 * Where the optional native packages of TensorFlow.js lie and whether their binding is built. They
 * are looked for as a dependency of this package would be, then under the engines folder, in which
 * `scripts/build-tensorflow.ts` puts what it builds.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "../../engine.ts";
import { enginesFolder } from "../../engines-folder.ts";
import { loadedLibrary } from "./loaded-library.ts";
import { type NativeEngineName, nativePackageNames } from "./names.ts";

export interface NativePackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** Where the package looks for its binding under this Node. */
  readonly binding: string;
  readonly isBuilt: boolean;
}

const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  binary: z.object({
    module_name: z.string(),
    module_path: z.string(),
    napi_versions: z.array(z.number().int()).min(1),
  }),
});

/**
 * The first that has its binding, else the first that is there; null when the package is not installed.
 * @throws EngineError when a manifest that is come to before is not as expected.
 */
export function findNativePackage(engine: NativeEngineName): NativePackage | null {
  return findFirst(nativePackageNames[engine], [
    import.meta.filename,
    join(enginesFolder(), engine, "package.json"),
  ]);
}

/** @param parents files that could import the package; those after the one it is found by are not looked at. */
export function findFirst(name: string, parents: readonly string[]): NativePackage | null {
  let unbuilt: NativePackage | null = null;
  for (const parent of parents) {
    const found = findPackageFrom(name, parent);
    if (found?.isBuilt) return found;
    unbuilt ??= found;
  }
  return unbuilt;
}

/** Why an engine cannot start, and what to do; null when it can be tried. */
export function whyUnavailable(engine: NativeEngineName): string | null {
  const other = loadedLibrary()?.engine ?? engine;
  if (other !== engine) {
    return `the engine ${other} was loaded before, and TensorFlow.js has one native library a process`;
  }
  const found = findNativePackage(engine);
  const name = nativePackageNames[engine];
  if (found === null) return `${name} is not installed (see pathloom doctor)`;
  if (found.isBuilt) return null;
  return `${name} is installed without its binding ${found.binding} (pathloom doctor says how to build it)`;
}

function findPackageFrom(name: string, parent: string): NativePackage | null {
  const folders = createRequire(parent).resolve.paths(name) ?? [];
  const folder = folders
    .map((each) => join(each, name))
    .find((each) => existsSync(join(each, "package.json")));
  return folder === undefined ? null : readNativePackage(folder);
}

/** @throws EngineError when the folder holds no native package of TensorFlow.js. */
export function readNativePackage(folder: string): NativePackage {
  const path = join(folder, "package.json");
  const parsed = manifestSchema.safeParse(readJson(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new EngineError(`${path}: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { name, version, binary } = parsed.data;
  const binding = join(
    folder,
    binary.module_path.replace("{napi_build_version}", String(napiVersion(binary.napi_versions))),
    `${binary.module_name}.node`,
  );
  return { name, version, folder, binding, isBuilt: existsSync(binding) };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new EngineError(`${path} cannot be read`, { cause });
  }
}

/** The newest version of Node-API that both the package and this Node know. */
function napiVersion(supported: readonly number[]): number {
  const here = Number(process.versions.napi);
  return Math.max(...supported.filter((version) => version <= here));
}
