/** The icons of `@tabler/icons`: about 5,500 of strokes, and 1,000 of them filled. */
import { join } from "node:path";
import { z } from "zod";
import type { CaptionOptions } from "./captions.ts";
import { chooseStyle, iconPackageSource } from "./icon-package.ts";
import { findPackage, readPackageJson } from "./packages.ts";
import type { Source } from "./source.ts";

/** Tags are words, but for a few: YAML read some as numbers or as nothing. */
const tagList = z
  .array(z.unknown())
  .transform((tags) => tags.filter((tag) => ["string", "number"].includes(typeof tag)).map(String));

const catalogue = z.record(
  z.string().regex(/^[\w-]+$/),
  z.object({
    category: z.string().default(""),
    tags: tagList.default([]),
    styles: z.record(z.string(), z.unknown()),
  }),
);

/** @throws SourceError when the package is missing or is not laid out as expected. */
export function tablerSource(name: string, asked: string | null, captions: CaptionOptions): Source {
  const installed = findPackage("@tabler/icons");
  const style = chooseStyle(name, asked, ["outline", "filled"]);
  const icons = Object.entries(readPackageJson(join(installed.folder, "icons.json"), catalogue))
    .filter(([, { styles }]) => Object.hasOwn(styles, style))
    .map(([icon, { category, tags }]) => ({
      name: icon,
      tags: [...tags, category],
      file: `icons/${style}/${icon}.svg`,
      style,
    }));
  return iconPackageSource(name, installed, icons, captions);
}
