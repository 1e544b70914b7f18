/** Any `@iconify-json/…` package: its icons and aliases, with categories, styles and its licence. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type CaptionOptions, writeCaptions } from "../captions.ts";
import { factsOf } from "../icon-package.ts";
import { type InstalledPackage, readPackageJson } from "../packages.ts";
import { type BadRow, type Source, SourceError, type SourceRow } from "../source.ts";
import { maximumSvgBytes } from "../svg-file.ts";
import { iconSet, resolveIcon } from "./icon-set.ts";
import { styleReader } from "./styles.ts";

const information = z.object({
  version: z.string().optional(),
  license: z
    .object({
      title: z.string().optional(),
      spdx: z.string().optional(),
      url: z.string().optional(),
    })
    .optional(),
  tags: z.array(z.string()).default([]),
  palette: z.boolean().default(false),
});

const metadata = z.object({
  categories: z.record(z.string(), z.array(z.string())).default({}),
  prefixes: z.record(z.string(), z.string()).default({}),
  suffixes: z.record(z.string(), z.string()).default({}),
});

/** @throws SourceError when the package is not laid out as expected, or has no such style. */
export function iconifySource(
  name: string,
  installed: InstalledPackage,
  asked: string | null,
  captions: CaptionOptions,
): Source {
  const { folder } = installed;
  const read = <T>(file: string, form: z.ZodType<T>, otherwise: unknown) =>
    existsSync(join(folder, file))
      ? readPackageJson(join(folder, file), form)
      : form.parse(otherwise);
  const set = readPackageJson(join(folder, "icons.json"), iconSet);
  const info = read("info.json", information, {});
  const { categories, ...affixes } = read("metadata.json", metadata, {});
  const readStyle = styleReader(affixes, info);
  const listed = [...Object.keys(set.icons), ...Object.keys(set.aliases)].map((icon) => ({
    icon,
    ...readStyle(icon),
  }));
  const chosen = listed.filter(({ style }) => asked === null || style === asked);
  if (chosen.length === 0) {
    const styles = [...new Set(listed.flatMap(({ style }) => style ?? []))];
    throw new SourceError(
      `${name}: there is no style "${asked}"; ${styles.length === 0 ? "the set names none" : `there are ${styles.join(", ")}`}`,
    );
  }
  const categoriesOf = byIcon(categories);
  return {
    name,
    facts: {
      ...factsOf(installed),
      licence: info.license?.spdx ?? info.license?.title ?? installed.licence,
      ...(info.license?.url === undefined ? {} : { url: info.license.url }),
    },
    *rows(onBad: (bad: BadRow) => void): Iterable<SourceRow> {
      for (const { icon, plain, style } of chosen) {
        const place = `${installed.name}:${icon}`;
        const found = resolveIcon(set, icon);
        const reason = "reason" in found ? found.reason : faultOf(found);
        if (reason !== null || "reason" in found) {
          onBad({ place, reason: reason ?? "" });
          continue;
        }
        const tags = categoriesOf.get(icon) ?? categoriesOf.get(found.root) ?? [];
        yield {
          id: icon,
          place,
          captions: writeCaptions(plain, tags, captions),
          svg: found.svg,
          words: [plain, icon, ...tags],
          ...(style === null ? {} : { style }),
        };
      }
    },
  };
}

function faultOf({
  hidden,
  svg,
}: {
  readonly hidden: boolean;
  readonly svg: string;
}): string | null {
  if (hidden) return "hidden by its set";
  return svg.length > maximumSvgBytes ? `larger than ${maximumSvgBytes} bytes` : null;
}

function byIcon(categories: Readonly<Record<string, readonly string[]>>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [category, icons] of Object.entries(categories)) {
    for (const icon of icons) found.set(icon, [...(found.get(icon) ?? []), category]);
  }
  return found;
}
