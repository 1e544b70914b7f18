/**
 * Where OpenVINO's libraries lie: where `PATHLOOM_OPENVINO` says, in the project's own folder of
 * engines, or in Python's wheel `openvino`. No Python is run: a wheel is a folder of files here.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { enginesFolder } from "../engines-folder.ts";
import { sitePackages } from "../python-packages.ts";

/** The C interface, with the release in its name: `libopenvino_c.so.2641`, `openvino_c.dll`. */
const libraryName = /^(lib)?openvino_c(\.so\.\d+|\.\d+\.dylib|\.dll)$/;

/** Into which `doctor --get openvino` unpacks. */
const openvinoFolder = (): string => join(enginesFolder(), "openvino");

/** The first library that is there; null when there is none. */
export function findLibrary(): string | null {
  const named = process.env.PATHLOOM_OPENVINO;
  const folders =
    named !== undefined && named !== ""
      ? [named]
      : [openvinoFolder(), ...sitePackages().map((folder) => join(folder, "openvino", "libs"))];
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    const found = readdirSync(folder).find((name) => libraryName.test(name));
    if (found !== undefined) return join(folder, found);
  }
  return null;
}

/** Why the engine cannot start, and what to do; null when it can be tried. */
export function whyUnavailable(): string | null {
  if (findLibrary() !== null) return null;
  const named = process.env.PATHLOOM_OPENVINO;
  return named === undefined || named === ""
    ? "OpenVINO is not here (pathloom doctor --get openvino fetches it)"
    : `PATHLOOM_OPENVINO names ${named}, which has no libopenvino_c`;
}
