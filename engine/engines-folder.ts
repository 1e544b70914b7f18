/** The folder in which engines are built and kept. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** `PATHLOOM_ENGINES`, or `.engines` beside our package.json. */
export function enginesFolder(): string {
  return process.env.PATHLOOM_ENGINES ?? join(packageRoot(import.meta.dirname), ".engines");
}

/** The nearest folder upwards that is a package. */
function packageRoot(folder: string): string {
  const parent = dirname(folder);
  return parent === folder || existsSync(join(folder, "package.json"))
    ? folder
    : packageRoot(parent);
}
