/** From the configuration's `data.source` to sources. */
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CaptionOptions, defaultCaptionOptions } from "./captions.ts";
import { emojiNames, openmojiSource, twemojiSource } from "./emoji.ts";
import { drawingsIn, folderSource } from "./folder.ts";
import { hubSource } from "./hub.ts";
import { iconifySource } from "./iconify/iconify.ts";
import { jsonlSource } from "./jsonl.ts";
import { lucideSource } from "./lucide.ts";
import { findPackage } from "./packages.ts";
import { phosphorSource } from "./phosphor.ts";
import { type Source, SourceError } from "./source.ts";
import { svgPackageSource } from "./svg-package.ts";
import { tablerSource } from "./tabler.ts";
import type { ColumnChoice } from "./tables/columns.ts";
import { isTableFile, tableSource } from "./tables/open-table.ts";

/** One of the sources that a configuration names. */
export interface SourceChoice {
  readonly source: string;
  readonly weight: number;
  readonly style: string | null;
  readonly word: string | null;
  /** Of tables: which columns hold what. */
  readonly columns?: ColumnChoice | null;
}

/**
 * All of them, as `readCorpus` takes them.
 * @throws SourceError when there is none of that name, or it is empty.
 */
export function openSources(choices: readonly SourceChoice[], captions: CaptionOptions) {
  return choices.map(({ source: name, style, weight, word, columns = null }) => {
    const source = openSource(name, captions, style, columns);
    const named = style === null ? source : { ...source, name: `${name} ${style}` };
    return { source: named, weight, word };
  });
}

/**
 * @param name `lucide`, `npm:` and a package, a folder, or a file of a table, as `.jsonl`.
 * @param style one of a package's; null takes the first.
 * @throws SourceError when there is no such source or it is empty.
 */
export function openSource(
  name: string,
  captions: CaptionOptions = defaultCaptionOptions,
  style: string | null = null,
  columns: ColumnChoice | null = null,
): Source {
  if (name === "lucide") return lucideSource(captions, name, style);
  if (name.startsWith("npm:")) return packageSource(name, style, captions);
  if (name.startsWith("hf:") && style === null) return hubSource(name, columns);
  if (style !== null) {
    throw new SourceError(`${name}: only packages have styles; leave style out ("${style}")`);
  }
  if (/\.jsonl$|\.ndjson$/i.test(name)) return jsonlSource(name, columns);
  const stats = statSync(name, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return folderSource(name, captions, columns);
  if (stats !== undefined && isTableFile(name)) {
    return tableSource(name, [name], { columns, readFile: drawingsIn(dirname(name)) });
  }
  const found = stats === undefined ? "there is no such path" : "this is another kind of file";
  throw new SourceError(
    `${name}: expected \`lucide\`, \`npm:\` and a package, \`hf:\` and a data set of the Hub, a folder of .svg files, or a .jsonl, .json, .csv, .tsv, .parquet, .arrow or .tar file, but ${found}`,
  );
}

/** The npm packages that a source is read from; none for files of one's own. */
export function packagesOf(name: string): string[] {
  if (name === "lucide") return ["lucide-static"];
  if (!name.startsWith("npm:")) return [];
  const own = name.slice("npm:".length);
  return own === "@twemoji/svg" ? [own, emojiNames] : [own];
}

function packageSource(asked: string, style: string | null, captions: CaptionOptions): Source {
  const name = asked.slice("npm:".length);
  switch (name) {
    case "lucide-static":
      return lucideSource(captions, asked, style);
    case "@tabler/icons":
      return tablerSource(asked, style, captions);
    case "@phosphor-icons/core":
      return phosphorSource(asked, style, captions);
    case "@twemoji/svg":
      return twemojiSource(asked, style, captions);
    case "openmoji":
      return openmojiSource(asked, style, captions);
  }
  const installed = findPackage(name);
  const isIconify =
    existsSync(join(installed.folder, "icons.json")) &&
    existsSync(join(installed.folder, "info.json"));
  return isIconify
    ? iconifySource(asked, installed, style, captions)
    : svgPackageSource(asked, installed, style, captions);
}
