/** Captions of real icons for the tests of text encoding: Lucide's names with their tags. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export function lucideCaptions(): string[] {
  const tags: Record<string, string[]> = JSON.parse(
    readFileSync(require.resolve("lucide-static/tags.json"), "utf8"),
  );
  return Object.entries(tags).map(
    ([name, words]) => `${name.replaceAll("-", " ")}: ${words.join(", ")}`,
  );
}
