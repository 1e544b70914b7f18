/** What sources of icon packages share: a list of icons with names, tags and a file each. */
import { join } from "node:path";
import { type CaptionOptions, writeCaptions } from "./captions.ts";
import type { InstalledPackage } from "./packages.ts";
import { type BadRow, type SetFacts, type Source, SourceError, type SourceRow } from "./source.ts";
import { readSvgFile } from "./svg-file.ts";

export interface ListedIcon {
  readonly name: string;
  /** Tags and categories, the best first. */
  readonly tags: readonly string[];
  /** Relative to the package. */
  readonly file: string;
  readonly style?: string;
}

/** @throws SourceError when the list is empty. */
export function iconPackageSource(
  name: string,
  { folder, ...installed }: InstalledPackage,
  icons: readonly ListedIcon[],
  captions: CaptionOptions,
): Source {
  if (icons.length === 0) throw new SourceError(`${name}: no icon is in this package`);
  return {
    name,
    facts: factsOf(installed),
    *rows(onBad: (bad: BadRow) => void): Iterable<SourceRow> {
      for (const icon of icons) {
        const place = `${installed.name}/${icon.file}`;
        const read = readSvgFile(join(folder, icon.file), place);
        if ("reason" in read) {
          onBad(read);
          continue;
        }
        yield {
          id: icon.name,
          place,
          captions: writeCaptions(icon.name, icon.tags, captions),
          svg: read.svg,
          words: [icon.name, ...icon.tags],
          ...(icon.style === undefined ? {} : { style: icon.style }),
        };
      }
    },
  };
}

export function factsOf(installed: Omit<InstalledPackage, "folder">): SetFacts {
  const { name, version, licence } = installed;
  return { origin: name, version, licence, url: `https://www.npmjs.com/package/${name}` };
}

/** The style that was asked for, or the first. @throws SourceError for one that is not there. */
export function chooseStyle<Style extends string>(
  name: string,
  asked: string | null,
  styles: readonly [Style, ...Style[]],
): Style {
  if (asked === null) return styles[0];
  const found = styles.find((style) => style === asked);
  if (found !== undefined) return found;
  throw new SourceError(`${name}: there is no style "${asked}"; there are ${styles.join(", ")}`);
}
