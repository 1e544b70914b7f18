/** What must not be in a tarball, or is missing in it. */
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
}

/**
 * A source map dangles where the sources that it names are neither packed nor written in it.
 * @param root of the package. @param files of the tarball, relative to it.
 */
export function tarballFaults(root: string, files: readonly string[]): string[] {
  const packed = new Set(files);
  const faults = files.filter((file) => /\.tsbuildinfo$|\.test\.js$/.test(file));
  for (const file of files) {
    if (file.endsWith(".map")) faults.push(...dangling(root, file, packed));
    if (!file.endsWith(".js")) continue;
    const text = readFileSync(join(root, file), "utf8");
    const map = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
    const path = map === undefined ? undefined : posix.join(dirname(file), map);
    if (path !== undefined && !packed.has(path)) faults.push(`${file}: there is no ${map}`);
  }
  return faults;
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
