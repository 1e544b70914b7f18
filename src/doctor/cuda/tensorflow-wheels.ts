/** TensorFlow as Python installs it: archives unpacked into known folders. No Python is run. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sitePackages } from "../../../engine/index.ts";

/** The folders `tensorflow` of wheels that carry a libtensorflow, the active environment's first. */
export function findTensorflowWheels(prefixes?: readonly string[]): string[] {
  return sitePackages(prefixes)
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
