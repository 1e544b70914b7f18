/** What must not be in a tarball, or is missing in it. */
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

/**
 * A source map dangles where the sources that it names are neither packed nor written in it, a page where
 * it links to what is not packed.
 * @param root of the package. @param files of the tarball, relative to it.
 */
export function tarballFaults(root: string, files: readonly string[]): string[] {
  const packed = new Set(files);
  const faults = files.filter((file) => /\.tsbuildinfo$|\.test\.js$/.test(file));
  for (const file of files) {
    if (file.endsWith(".map")) faults.push(...dangling(root, file, packed));
    if (file.endsWith(".md")) faults.push(...deadLinks(root, file, packed));
    if (!file.endsWith(".js")) continue;
    const text = readFileSync(join(root, file), "utf8");
    const map = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
    const path = map === undefined ? undefined : posix.join(dirname(file), map);
    if (path !== undefined && !packed.has(path)) faults.push(`${file}: there is no ${map}`);
  }
  return faults;
}

/** Links of a page to files and folders of the package, without the anchor. */
function deadLinks(root: string, file: string, packed: ReadonlySet<string>): string[] {
  const text = readFileSync(join(root, file), "utf8").replaceAll(/```[\s\S]*?```|`[^`]*`/g, "");
  const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link!);
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const path = posix.join(posix.dirname(file), link);
      return !packed.has(path) && ![...packed].some((each) => each.startsWith(`${path}/`));
    })
    .map((link) => `${file}: ${link} is not packed`);
}

function dangling(root: string, file: string, packed: ReadonlySet<string>): string[] {
  const { sources, sourcesContent = [] } = JSON.parse(
    readFileSync(join(root, file), "utf8"),
  ) as SourceMap;
  return sources.flatMap((source, index) => {
    const there = typeof sourcesContent[index] === "string";
    return there || packed.has(posix.join(dirname(file), source))
      ? []
      : [`${file}: ${source} is not there`];
  });
}
