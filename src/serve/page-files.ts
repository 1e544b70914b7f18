/** The web page's files, read once: what is built of `src/serve/page`. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

const types = {
  "index.html": "text/html; charset=utf-8",
  "app.js": "text/javascript; charset=utf-8",
  "style.css": "text/css; charset=utf-8",
} as const;

/** By name; empty where the package was not built. */
export function pageFiles(from: string = import.meta.dirname): ReadonlyMap<string, PageFile> {
  const folder = join(from, "dist", "page");
  if (existsSync(join(folder, "index.html"))) {
    return new Map(
      Object.entries(types).map(([name, type]) => [
        name,
        { type, content: readFileSync(join(folder, name)) },
      ]),
    );
  }
  return dirname(from) === from ? new Map() : pageFiles(dirname(from));
}
