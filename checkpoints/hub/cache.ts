/**
 * A repository in the cache of Hugging Face, shared with Python:
 *
 *     models--owner--name/
 *       blobs/<digest>            contents
 *       refs/main                 the commit that a branch was at
 *       snapshots/<commit>/…      links to contents, under their names
 *
 * https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { randomBytes } from "node:crypto";
import {
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { getRepoFolderName } from "@huggingface/hub";
import { systemCode } from "../files/storage-error.ts";
import { guardCache } from "./cache-guard.ts";
import { isCommit, type RepositoryFile, type RepositoryKind } from "./repository.ts";

export class CachedRepository {
  readonly folder: string;

  constructor(cacheFolder: string, id: string, kind: RepositoryKind = "model") {
    this.folder = join(cacheFolder, getRepoFolderName({ type: kind, name: id }));
  }

  blob({ digest }: RepositoryFile): string {
    return join(this.folder, "blobs", digest.hex);
  }

  snapshot(commit: string): string {
    return join(this.folder, "snapshots", commit);
  }

  /** The commit that a revision was at; null where the cache does not know. */
  async commitOf(revision: string): Promise<string | null> {
    if (isCommit(revision)) return revision;
    const path = join(this.folder, "refs", revision);
    const text = await guardCache(path, () => readFile(path, "utf8").catch(ifAbsent));
    const commit = text?.trim() ?? "";
    return isCommit(commit) ? commit : null;
  }

  /** Notes the commit that a branch or tag is at. */
  async remember(revision: string, commit: string): Promise<void> {
    if (isCommit(revision) || (await this.commitOf(revision)) === commit) return;
    const path = join(this.folder, "refs", revision);
    await guardCache(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      await replace(path, (temporary) => writeFile(temporary, commit));
    });
  }

  /** Gives a content its name within a commit. */
  async link(commit: string, file: RepositoryFile): Promise<void> {
    const blob = this.blob(file);
    const path = join(this.snapshot(commit), file.path);
    await guardCache(path, async () => {
      if ((await sizeOf(path)) === file.size) return;
      await mkdir(dirname(path), { recursive: true });
      await replace(path, (temporary) => linkOrCopy(blob, temporary));
    });
  }

  /** Paths below a snapshot's folder, of contents that are there. */
  async pathsIn(commit: string): Promise<string[]> {
    const folder = this.snapshot(commit);
    return guardCache(folder, async () => {
      const paths = (await readdir(folder, { recursive: true }).catch(ifAbsent)) ?? [];
      const sizes = await Promise.all(paths.map((path) => sizeOf(join(folder, path))));
      return paths.filter((_, i) => sizes[i] !== null);
    });
  }

  /** Names in a snapshot's folder, of contents that are there. */
  async namesIn(commit: string): Promise<string[]> {
    const folder = this.snapshot(commit);
    return guardCache(folder, async () => {
      const names = (await readdir(folder).catch(ifAbsent)) ?? [];
      const sizes = await Promise.all(names.map((name) => sizeOf(join(folder, name))));
      return names.filter((_, i) => sizes[i] !== null);
    });
  }
}

/** Of a file, through links; null where there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  const stats = await stat(path).catch(ifAbsent);
  return stats?.isFile() ? stats.size : null;
}

/** Links are relative, so that the cache can be moved, as Python makes them. */
async function linkOrCopy(blob: string, path: string): Promise<void> {
  try {
    await symlink(relative(dirname(path), blob), path);
  } catch (error) {
    if (!["EPERM", "ENOSYS", "ENOTSUP"].includes(systemCode(error) ?? "")) throw error;
    await link(blob, path).catch(() => copyFile(blob, path));
  }
}

async function replace(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.incomplete`;
  try {
    await make(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function ifAbsent(error: unknown): undefined {
  if (!["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "")) throw error;
}
