/**
 * The icons of the `lucide-static` package: about 1,900 drawings, some under several names. Names
 * that the tag file knows come first, so that a drawing's plain caption is its present name and not
 * an alias of earlier days.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { type CaptionOptions, writeCaptions } from "./captions.ts";
import { type Source, SourceError, type SourceRow } from "./source.ts";

const tagFile = z.record(z.string(), z.array(z.string()));

/** @throws SourceError when the package is missing or is not laid out as expected. */
export function lucideSource(captions: CaptionOptions): Source {
  const folder = packageFolder();
  const icons = join(folder, "icons");
  const tags = new Map(Object.entries(readTags(join(folder, "tags.json"))));
  const names = readdirSync(icons)
    .filter((file) => file.endsWith(".svg"))
    .map((file) => file.slice(0, -".svg".length))
    .sort((a, b) => Number(tags.has(b)) - Number(tags.has(a)) || (a < b ? -1 : 1));
  return {
    name: "lucide",
    *rows(): Iterable<SourceRow> {
      for (const name of names) {
        yield {
          id: name,
          place: `lucide-static/icons/${name}.svg`,
          captions: writeCaptions(name, tags.get(name) ?? [], captions),
          svg: readFileSync(join(icons, `${name}.svg`), "utf8"),
        };
      }
    },
  };
}

function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve("lucide-static/package.json"));
  } catch (error) {
    throw new SourceError("lucide: the package is not installed; run: npm install lucide-static", {
      cause: error,
    });
  }
}

function readTags(file: string): Record<string, string[]> {
  const parsed = tagFile.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success) throw new SourceError(`${file}: expected lists of tags by icon name`);
  return parsed.data;
}
