/** The installed sets of real drawings: stroke icons, filled icons, and flat colour pictures. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

export interface IconSet {
  readonly name: string;
  readonly package: string;
  readonly folder: string;
}

export interface Icon {
  readonly file: string;
  readonly svg: string;
}

export const iconSets = [
  { name: "Lucide", package: "lucide-static", folder: "icons" },
  { name: "Tabler outline", package: "@tabler/icons", folder: "icons/outline" },
  { name: "Tabler filled", package: "@tabler/icons", folder: "icons/filled" },
  { name: "Twemoji", package: "@twemoji/svg", folder: "." },
  { name: "Flags", package: "flag-icons", folder: "flags/4x3" },
] as const satisfies readonly IconSet[];

export function readIcons(set: IconSet): Icon[] {
  const root = join(dirname(require.resolve(`${set.package}/package.json`)), set.folder);
  return readdirSync(root)
    .filter((file) => file.endsWith(".svg"))
    .sort()
    .map((file) => ({ file, svg: readFileSync(join(root, file), "utf8") }));
}

/** The version that is installed. */
export function versionOf(set: IconSet): string {
  const { version } = require(`${set.package}/package.json`) as { version: string };
  return version;
}
