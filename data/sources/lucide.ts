/**
 * The icons of the `lucide-static` package: about 1,900 drawings, some under several names. Names
 * that the tag file knows come first, so that a drawing's plain caption is its present name and not
 * an alias of earlier days.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { CaptionOptions } from "./captions.ts";
import { chooseStyle, iconPackageSource } from "./icon-package.ts";
import { findPackage, readPackageJson } from "./packages.ts";
import type { Source } from "./source.ts";

const tagFile = z.record(z.string(), z.array(z.string()));

/** @throws SourceError when the package is missing or is not laid out as expected. */
export function lucideSource(
  captions: CaptionOptions,
  name = "lucide",
  style: string | null = null,
): Source {
  const installed = findPackage("lucide-static", name);
  chooseStyle(name, style, ["outline"]);
  const tags = new Map(
    Object.entries(readPackageJson(join(installed.folder, "tags.json"), tagFile)),
  );
  const icons = readdirSync(join(installed.folder, "icons"))
    .filter((file) => file.endsWith(".svg"))
    .map((file) => file.slice(0, -".svg".length))
    .sort((a, b) => Number(tags.has(b)) - Number(tags.has(a)) || (a < b ? -1 : 1))
    .map((icon) => ({
      name: icon,
      tags: tags.get(icon) ?? [],
      file: `icons/${icon}.svg`,
      style: "outline",
    }));
  return iconPackageSource(name, installed, icons, captions);
}
