/** Plug-ins that are loaded: each once, and to the end of the process. */
import { type ApiVersion, describeVersion, PjrtLibrary } from "./pjrt/index.ts";
import { loadVendorLibraries, type Plugin } from "./plugins/index.ts";

const libraries = new Map<string, PjrtLibrary>();

/**
 * The plug-in's library, with its vendor's libraries before it.
 * @param version for tests of versions that there is no plug-in of.
 * @throws EngineError when it does not load.
 */
export function libraryOf({ path, kind, packages }: Plugin, version?: ApiVersion): PjrtLibrary {
  const key = version === undefined ? path : `${path} as ${describeVersion(version)}`;
  const known = libraries.get(key);
  if (known !== undefined) return known;
  if (kind === "cuda" && packages !== null) loadVendorLibraries(packages);
  // XLA writes its log to the terminal; what matters comes as errors.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
  const library = new PjrtLibrary(path, version === undefined ? {} : { version });
  libraries.set(key, library);
  return library;
}
