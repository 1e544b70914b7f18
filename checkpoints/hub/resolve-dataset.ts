/** From the name of a data set on the Hub to its files in the cache that Python shares. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { CachedRepository } from "./cache.ts";
import { HubError } from "./hub-error.ts";
import { commitOf, filesOf } from "./repository.ts";
import { type HubOptions, hubSettings } from "./settings.ts";
import { parseSource } from "./source.ts";

export interface ResolvedDataset {
  readonly folder: string;
  /** The commit. */
  readonly revision: string;
  /** Those that were chosen, with their folders. */
  readonly files: readonly string[];
}

/**
 * Downloads chosen files of a data set, resumed and verified as a model's; offline, what the cache
 * holds of them.
 * @param source `owner/name`, with `@revision` or without.
 * @param choose which of the repository's files to have, in which order.
 * @throws {HubError} with a code, and what to do
 */
export async function resolveDataset(
  source: string,
  choose: (names: readonly string[]) => readonly string[],
  options: Omit<HubOptions, "files"> = {},
): Promise<ResolvedDataset> {
  if (statSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    throw new HubError("bad-source", source, "is a folder here; name it without hf:");
  }
  // With a revision it is meant for the Hub, even where a folder here has the owner's name.
  const parsed = parseSource(
    source,
    options.revision ?? (source.includes("@") ? undefined : "main"),
  );
  if (parsed.kind === "folder") throw new HubError("bad-source", source, "is a folder here");
  const { id, revision } = parsed;
  const settings = hubSettings(options);
  const cache = new CachedRepository(settings.cacheFolder, id, "dataset");
  const placed = (commit: string, names: readonly string[]) => {
    const folder = cache.snapshot(commit);
    return { folder, revision: commit, files: names.map((name) => join(folder, name)) };
  };
  if (settings.offline) {
    const commit = await cache.commitOf(revision);
    const names = commit === null ? [] : choose(await cache.pathsIn(commit));
    if (commit !== null && names.length > 0) return placed(commit, names);
    const reason = `is not in the cache (${cache.folder}), and the Hub must not be asked: unset HF_HUB_OFFLINE, or download it`;
    throw new HubError("not-cached", `${id}@${revision}`, reason);
  }
  const commit = await commitOf(settings, id, revision, "dataset");
  const listed = await filesOf(settings, id, commit, true, "dataset");
  const names = choose(listed.map(({ path }) => path));
  if (names.length === 0) {
    const reason =
      "has no file of a kind that is read: .parquet, .arrow, .tar, .csv, .tsv, .json or .jsonl";
    throw new HubError("file-not-found", id, reason);
  }
  // The Hub's client is loaded by those alone who need it.
  const { Fetching } = await import("./hub-model.ts");
  const fetching = new Fetching(settings, cache, id, commit, listed, options.onProgress, "dataset");
  await fetching.fetch(names);
  await cache.remember(revision, commit);
  return placed(commit, names);
}
