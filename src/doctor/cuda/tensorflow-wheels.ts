/** TensorFlow as Python installs it: archives unpacked into known folders. No Python is run. */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where Python keeps packages: the active environment's, the user's and the system's. */
function pythonPrefixes(): string[] {
  const { VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const active = [VIRTUAL_ENV, CONDA_PREFIX].flatMap((prefix) => prefix || []);
  return [...active, join(homedir(), ".local"), "/usr/local", "/usr"];
}

/** The folders `tensorflow` of wheels that carry a libtensorflow, the active environment's first. */
export function findTensorflowWheels(prefixes: readonly string[] = pythonPrefixes()): string[] {
  const libraries = prefixes.flatMap((prefix) => [join(prefix, "lib"), join(prefix, "lib64")]);
  const versions = libraries
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => /^python3(\.\d+)?$/.test(name))
        .map((name) => join(folder, name)),
    );
  return versions
    .flatMap((folder) => [join(folder, "site-packages"), join(folder, "dist-packages")])
    .map((folder) => join(folder, "tensorflow"))
    .filter((folder) => existsSync(join(folder, "libtensorflow_cc.so.2")));
}

/**
 * The libraries of CUDA and cuDNN that come as wheels beside a TensorFlow, in `nvidia/<part>/lib`:
 * its libtensorflow looks for them there, whatever the system's loader knows.
 */
export function librariesBeside(tensorflow: string): string[] {
  const nvidia = join(tensorflow, "..", "nvidia");
  const parts = existsSync(nvidia)
    ? readdirSync(nvidia).map((part) => join(nvidia, part, "lib"))
    : [];
  return parts.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
}
