/** Any other npm package that holds `.svg` files: captions come from the files' names. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { CaptionOptions } from "./captions.ts";
import { folderSource } from "./folder.ts";
import { factsOf } from "./icon-package.ts";
import type { InstalledPackage } from "./packages.ts";
import { type Source, SourceError } from "./source.ts";

/**
 * @param style a folder of the package; null reads all of it.
 * @throws SourceError when there is no such folder or no drawing in it.
 */
export function svgPackageSource(
  name: string,
  installed: InstalledPackage,
  style: string | null,
  captions: CaptionOptions,
): Source {
  if (style?.split(/[\\/]/).includes("..")) {
    throw new SourceError(`${name}: the style "${style}" leads out of the package`);
  }
  const folder = join(installed.folder, style ?? "");
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SourceError(`${name}: there is no folder "${style}" in the package`);
  }
  return { ...folderSource(folder, captions), name, facts: factsOf(installed) };
}
