/** A model of the Hub, brought into the cache or found there. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MAX_INDEX_BYTES } from "../safetensors/index.ts";
import { CachedRepository, sizeOf } from "./cache.ts";
import { guardCache } from "./cache-guard.ts";
import { download } from "./download.ts";
import { HubError } from "./hub-error.ts";
import { modelFiles, shardsOf } from "./model-files.ts";
import {
  checkPath,
  commitOf,
  fileAddress,
  filesOf,
  type RepositoryFile,
  type RepositoryKind,
} from "./repository.ts";
import { type HubOptions, type HubSettings, hubSettings } from "./settings.ts";
import type { ResolvedModel } from "./source.ts";

/** @throws {HubError} @throws {SafetensorsError} for a malformed index. */
export async function hubModel(
  id: string,
  revision: string,
  options: HubOptions,
): Promise<ResolvedModel> {
  const settings = hubSettings(options);
  for (const name of options.files ?? []) checkPath(id, name);
  const cache = new CachedRepository(settings.cacheFolder, id);
  if (settings.offline) return cachedModel(cache, id, revision, options.files);

  const commit = await commitOf(settings, id, revision);
  const isNested = (options.files ?? []).some((name) => name.includes("/"));
  const listed = await filesOf(settings, id, commit, isNested);
  const fetching = new Fetching(settings, cache, id, commit, listed, options.onProgress);
  if (options.files !== undefined) await fetching.fetch(options.files);
  else await fetching.fetchModel();
  await cache.remember(revision, commit);
  return { folder: cache.snapshot(commit), revision: commit };
}

/** The files of one commit on their way. */
export class Fetching {
  readonly #settings: HubSettings;
  readonly #cache: CachedRepository;
  readonly #id: string;
  readonly #commit: string;
  readonly #listed: ReadonlyMap<string, RepositoryFile>;
  readonly #onProgress: HubOptions["onProgress"];
  readonly #kind: RepositoryKind;
  /** Of the files that are whole. */
  #received = 0;

  constructor(
    settings: HubSettings,
    cache: CachedRepository,
    id: string,
    commit: string,
    listed: readonly RepositoryFile[],
    onProgress: HubOptions["onProgress"],
    kind: RepositoryKind = "model",
  ) {
    this.#kind = kind;
    this.#settings = settings;
    this.#cache = cache;
    this.#id = id;
    this.#commit = commit;
    this.#listed = new Map(listed.map((file) => [file.path, file]));
    this.#onProgress = onProgress;
  }

  /** What a model needs; small files first, so that weights that are there mean that all is. */
  async fetchModel(): Promise<void> {
    const names = [...this.#listed.keys()];
    const { indexes, others } = modelFiles(this.#id, names);
    const large = indexes.find((name) => this.#file(name).size > MAX_INDEX_BYTES);
    if (large !== undefined) {
      const reason = `${large} has over ${MAX_INDEX_BYTES} bytes; do not use this repository`;
      throw new HubError("bad-response", this.#id, reason);
    }
    // What is to come is not known before the indexes are there.
    await this.#fetch(indexes, undefined);
    const folder = this.#cache.snapshot(this.#commit);
    const shards = await shardNames(this.#id, folder, indexes, names);
    await this.fetch([...others, ...shards]);
  }

  fetch(names: readonly string[]): Promise<void> {
    return this.#fetch(names, this.#onProgress);
  }

  async #fetch(names: readonly string[], onProgress: HubOptions["onProgress"]): Promise<void> {
    const files = names.map((name) => this.#file(name));
    const total = files.reduce((sum, { size }) => sum + size, this.#received);
    for (const file of files) {
      const before = this.#received;
      await download(this.#settings, {
        file,
        address: fileAddress(this.#settings, this.#id, this.#commit, file.path, this.#kind),
        blob: this.#cache.blob(file),
        subject: `${this.#id}/${file.path}`,
        onBytes: (received) =>
          onProgress?.({ file: file.path, received: before + received, total }),
      });
      await this.#cache.link(this.#commit, file);
      this.#received += file.size;
    }
  }

  #file(name: string): RepositoryFile {
    const file = this.#listed.get(name);
    if (file !== undefined) return file;
    const reason = "the repository has no such file; look at its files on the Hub";
    throw new HubError("file-not-found", `${this.#id}/${name}`, reason);
  }
}

async function shardNames(
  id: string,
  folder: string,
  indexes: readonly string[],
  names: readonly string[],
): Promise<string[]> {
  const shards = await Promise.all(
    indexes.map(async (index) => {
      const path = join(folder, index);
      const bytes = await guardCache(path, () => readFile(path));
      return shardsOf(id, index, bytes, names);
    }),
  );
  return shards.flat();
}

/** What the cache holds, if it is whole. */
async function cachedModel(
  cache: CachedRepository,
  id: string,
  revision: string,
  files: readonly string[] | undefined,
): Promise<ResolvedModel> {
  const absent = (what: string, cause?: unknown) => {
    const reason = `is not in the cache (${what}), and the Hub must not be asked: unset HF_HUB_OFFLINE, or give a folder`;
    return new HubError("not-cached", `${id}@${revision}`, reason, cause);
  };
  const commit = await cache.commitOf(revision);
  if (commit === null) throw absent(`no such revision in ${cache.folder}`);
  const folder = cache.snapshot(commit);
  const names = await cache.namesIn(commit);
  if (files !== undefined) {
    for (const name of files) {
      if ((await sizeOf(join(folder, name))) === null) throw absent(`no ${name} in ${folder}`);
    }
    return { folder, revision: commit };
  }
  try {
    await shardNames(id, folder, modelFiles(id, names).indexes, names);
  } catch (error) {
    if (!(error instanceof HubError) || error.code === "cache") throw error;
    throw absent(`${folder} is not whole`, error);
  }
  return { folder, revision: commit };
}
