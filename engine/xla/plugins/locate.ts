/**
 * Where PJRT plug-ins lie: where `PATHLOOM_PJRT_PLUGIN` says, in the project's own folder of engines, or
 * among Python's packages. No Python is run: a wheel is a folder of files here.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { enginesFolder } from "../../engines-folder.ts";
import { sitePackages } from "../../python-packages.ts";

/** What a plug-in computes on, as far as its name tells. */
export type PluginKind = "cuda" | "rocm" | "tpu" | "metal" | "xpu" | "cpu" | "other";

export interface Plugin {
  /** Of the shared library. */
  readonly path: string;
  readonly kind: PluginKind;
  /** The folder of packages that it lies in, where its vendor's libraries are looked for; null if it was named. */
  readonly packages: string | null;
}

/** Faster ones first. */
const order: readonly PluginKind[] = ["cuda", "rocm", "tpu", "xpu", "metal", "other", "cpu"];

/** Packages whose folders are known; below the others any library that is named like a plug-in is taken. */
const places = ["libtpu", "lammps_jax_pjrt_cpu", "jax_plugins/*", "xla_plugins/*"];
const libraryName = /^(libtpu|.*(pjrt|plugin).*)\.(so|dylib)$/;

/** Between characters that are no letters: an "output" is no TPU. */
const word = (text: string): RegExp => new RegExp(`(?:^|[^a-z])(?:lib)?${text}(?:[^a-z]|$)`);

const kindsByName: readonly (readonly [RegExp, PluginKind])[] = [
  [/cuda/, "cuda"],
  [/rocm/, "rocm"],
  [word("tpu"), "tpu"],
  [word("metal"), "metal"],
  [word("xpu"), "xpu"],
  [word("cpu"), "cpu"],
];

/** @param path of the library, of which the last two folders and the name are looked at. */
export function kindOf(path: string): PluginKind {
  const name = path.split(/[\\/]/).slice(-3).join("/").toLowerCase();
  return kindsByName.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}

/** Into which `doctor --get xla-…` unpacks. */
export const ownFolders: readonly string[] = [
  "xla-cuda13",
  "xla-cuda12",
  "xla-rocm",
  "xla-tpu",
  "xla-cpu",
  "xla-cpu-oldest",
];

/** Of a plug-in without the libraries that a card is computed on with: it compiles, and no engine starts by it. */
const compilerFolder = "xla-cuda13-compiler";

const ownPackages = (): string[] => ownFolders.map((name) => join(enginesFolder(), name));

/** The named plug-in alone, or all that are there, the fastest kind first. */
export function findPlugins(
  packages: readonly string[] = [...ownPackages(), ...sitePackages()],
): Plugin[] {
  const named = process.env.PATHLOOM_PJRT_PLUGIN;
  if (named !== undefined && named !== "") {
    return isFile(named) ? [{ path: named, kind: kindOf(named), packages: null }] : [];
  }
  const found = packages.flatMap((folder) =>
    places
      .flatMap((place) => librariesIn(folder, place))
      .map((path) => ({
        path,
        kind: kindOf(path),
        packages: folder,
      })),
  );
  const rank = ({ kind }: Plugin) => order.indexOf(kind);
  return found.toSorted((a, b) => rank(a) - rank(b));
}

/** A plug-in for CUDA that compiles for cards that are not here; null where there is none. */
export function findCompiler(): Plugin | null {
  const compiler = join(enginesFolder(), compilerFolder);
  const all = findPlugins([compiler, ...ownPackages(), ...sitePackages()]);
  return all.find(({ kind }) => kind === "cuda") ?? null;
}

function librariesIn(packages: string, place: string): string[] {
  const [parent, all] = place.split("/");
  const folder = join(packages, parent!);
  const folders = all === undefined ? [folder] : namesIn(folder).map((name) => join(folder, name));
  return folders.flatMap((each) =>
    namesIn(each)
      .filter((name) => libraryName.test(name))
      .map((name) => join(each, name)),
  );
}

const namesIn = (folder: string): string[] =>
  existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).toSorted() : [];

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** Why the engine cannot start, and what to do; null when it can be tried. */
export function whyUnavailable(): string | null {
  if (findPlugins().length > 0) return null;
  const named = process.env.PATHLOOM_PJRT_PLUGIN;
  return named === undefined || named === ""
    ? "no PJRT plug-in is here (pathloom doctor --get xla-cpu fetches one; xla-cuda13, xla-cuda12, xla-rocm, xla-tpu for accelerators)"
    : `PATHLOOM_PJRT_PLUGIN names ${named}, which is no file`;
}

/** Why `auto` passes over the engine: on a processor `onnx` is faster. */
export function whyNoAccelerator(plugins: readonly Plugin[] = findPlugins()): string | null {
  if (plugins.length === 0) return whyUnavailable();
  return plugins.some(({ kind }) => kind !== "cpu")
    ? null
    : "its plug-in is for the processor, where onnx is faster";
}
