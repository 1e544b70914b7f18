/** The icons of installed sets, for tests on real input. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

export interface Icon {
  readonly file: string;
  readonly svg: string;
}

function readIcons(packageName: string, folder: string): Icon[] {
  const root = join(dirname(require.resolve(`${packageName}/package.json`)), folder);
  return readdirSync(root)
    .filter((file) => file.endsWith(".svg"))
    .sort()
    .map((file) => ({ file, svg: readFileSync(join(root, file), "utf8") }));
}

export const lucideIcons = (): Icon[] => readIcons("lucide-static", "icons");
export const tablerFilledIcons = (): Icon[] => readIcons("@tabler/icons", "icons/filled");
