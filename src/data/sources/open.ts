/** From the configuration's `data.source` to a source. */
import { statSync } from "node:fs";
import { type CaptionOptions, defaultCaptionOptions } from "./captions.ts";
import { folderSource } from "./folder.ts";
import { jsonlSource } from "./jsonl.ts";
import { lucideSource } from "./lucide.ts";
import { type Source, SourceError } from "./source.ts";

/**
 * @param name `lucide`, a folder, or a `.jsonl` file.
 * @throws SourceError when there is no such source or it is empty.
 */
export function openSource(name: string, captions: CaptionOptions = defaultCaptionOptions): Source {
  if (name === "lucide") return lucideSource(captions);
  if (/\.jsonl$|\.ndjson$/i.test(name)) return jsonlSource(name);
  const stats = statSync(name, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return folderSource(name, captions);
  const found = stats === undefined ? "there is no such path" : "this is another kind of file";
  throw new SourceError(
    `${name}: expected \`lucide\`, a folder of .svg files or a .jsonl file, but ${found}`,
  );
}
