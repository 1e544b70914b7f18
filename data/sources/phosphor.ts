/** The icons of `@phosphor-icons/core`: about 1,500, in six weights, all drawn as filled outlines. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import type { CaptionOptions } from "./captions.ts";
import { chooseStyle, iconPackageSource } from "./icon-package.ts";
import { findPackage } from "./packages.ts";
import { type Source, SourceError } from "./source.ts";

const weights = ["regular", "thin", "light", "bold", "fill", "duotone"] as const;

const catalogue = z.object({
  icons: z.array(
    z.object({
      name: z.string().regex(/^[\w-]+$/),
      categories: z.array(z.string()).default([]),
      tags: z.array(z.string()).default([]),
    }),
  ),
});

/** @throws SourceError when the package is missing or is not laid out as expected. */
export function phosphorSource(
  name: string,
  asked: string | null,
  captions: CaptionOptions,
): Source {
  const installed = findPackage("@phosphor-icons/core");
  const weight = chooseStyle(name, asked === "filled" ? "fill" : asked, weights);
  const icons = readCatalogue(installed.folder).map((icon) => ({
    name: icon.name,
    // Tags such as `*new*` speak of the catalogue, not of the icon.
    tags: [...icon.tags.filter((tag) => !tag.includes("*")), ...icon.categories],
    file: `assets/${weight}/${icon.name}${weight === "regular" ? "" : `-${weight}`}.svg`,
    style: weight === "fill" ? "filled" : weight,
  }));
  return iconPackageSource(name, installed, icons, captions);
}

/** The package keeps its catalogue as a module alone. */
function readCatalogue(folder: string) {
  const file = join(folder, "dist", "index.umd.js");
  let loaded: unknown;
  try {
    loaded = createRequire(import.meta.url)(file);
  } catch (error) {
    throw new SourceError(`${file}: cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const parsed = catalogue.safeParse(loaded);
  if (parsed.success) return parsed.data.icons;
  throw new SourceError(`${file}: expected a list of icons with names, tags and categories`);
}
