/** The folders in which Python keeps packages. No Python is run. */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The active environment's, the user's and the system's. */
function pythonPrefixes(): string[] {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const active = [VIRTUAL_ENV, CONDA_PREFIX].flatMap((prefix) => prefix || []);
  return [...active, join(homedir(), ".local"), "/usr/local", "/usr"];
}

/** `site-packages` and `dist-packages` that may be there, the active environment's first. */
export function sitePackages(prefixes: readonly string[] = pythonPrefixes()): string[] {
  const libraries = prefixes.flatMap((prefix) => [join(prefix, "lib"), join(prefix, "lib64")]);
  const versions = libraries
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /^python3(\.\d+)?$/.test(name))
        .map((name) => join(folder, name)),
    );
  return versions.flatMap((folder) => [
    join(folder, "site-packages"),
    join(folder, "dist-packages"),
  ]);
}
