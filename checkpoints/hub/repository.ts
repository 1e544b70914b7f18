/** What a repository holds at a revision, asked of the Hub through its client. */
import { datasetInfo, listFiles, modelInfo } from "@huggingface/hub";
import { z } from "zod";
import { HubError } from "./hub-error.ts";
import { interfaceFetch, type Settings } from "./request.ts";

/** What a repository of the Hub holds. */
export type RepositoryKind = "model" | "dataset";

/** A file as the Hub lists it. */
export interface RepositoryFile {
  /** Within the repository. */
  readonly path: string;
  readonly size: number;
  /** The name of its content in the cache, and what proves it. */
  readonly digest: Digest;
}

/** Large files are known by their SHA-256, others by the SHA-1 that git gives them. */
export interface Digest {
  readonly kind: "sha256" | "git-sha1";
  readonly hex: string;
}

/** Repositories of models have some hundred files at most. */
const maxFiles = 10_000;

const size = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size,
  oid: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size }).nullish(),
});
const COMMIT = /^[0-9a-f]{40}$/;

export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/** The commit that a revision stands for now. @throws HubError */
export async function commitOf(
  settings: Settings,
  id: string,
  revision: string,
  kind: RepositoryKind = "model",
): Promise<string> {
  const subject = `${id}@${revision}`;
  const question = {
    name: id,
    revision,
    additionalFields: ["sha"] as ["sha"],
    hubUrl: baseOf(settings),
    fetch: interfaceFetch(settings, subject),
  };
  const { sha } = await asked(
    subject,
    (): Promise<{ sha?: string }> =>
      kind === "model" ? modelInfo(question) : datasetInfo(question),
  );
  if (typeof sha === "string" && isCommit(sha)) return sha;
  throw new HubError("bad-response", subject, "the Hub names no commit; try later");
}

/**
 * The files of a commit.
 * @param recursive those of folders too
 * @throws {HubError} also where a name could lead out of a folder
 */
export async function filesOf(
  settings: Settings,
  id: string,
  commit: string,
  recursive: boolean,
  kind: RepositoryKind = "model",
): Promise<RepositoryFile[]> {
  const listing = listFiles({
    repo: { type: kind, name: id },
    revision: commit,
    recursive,
    hubUrl: baseOf(settings),
    fetch: interfaceFetch(settings, id),
  });
  return asked(id, async () => {
    const files: RepositoryFile[] = [];
    let entries = 0;
    for await (const entry of listing) {
      if (++entries > maxFiles) {
        throw new HubError("bad-response", id, `the repository lists over ${maxFiles} files`);
      }
      const file = fileOf(id, entry);
      if (file !== null) files.push(file);
    }
    return files;
  });
}

function fileOf(id: string, listed: unknown): RepositoryFile | null {
  const parsed = entrySchema.safeParse(listed);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const reason = `the Hub lists a file wrongly (${path.join(".")}: ${message}); try later`;
    throw new HubError("bad-response", id, reason);
  }
  const { type, path, lfs, oid } = parsed.data;
  checkPath(id, path);
  if (type !== "file") return null;
  const digest: Digest =
    lfs == null ? { kind: "git-sha1", hex: oid } : { kind: "sha256", hex: lfs.oid };
  return { path, size: lfs?.size ?? parsed.data.size, digest };
}

/** @throws HubError "unsafe-name" for a path that could lie outside the folder it is put in. */
export function checkPath(id: string, path: string): void {
  const parts = path.split("/");
  const isSafe =
    path.length <= 1000 &&
    !/[\\:\0]/.test(path) &&
    parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (isSafe) return;
  const shown = JSON.stringify(path.slice(0, 100));
  const reason = `the file name ${shown} could lead out of its folder; do not use this repository`;
  throw new HubError("unsafe-name", id, reason);
}

/** Where a file is downloaded from. */
export function fileAddress(
  settings: Settings,
  id: string,
  commit: string,
  path: string,
  kind: RepositoryKind = "model",
): string {
  const folder = kind === "model" ? "" : "datasets/";
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return `${baseOf(settings)}/${folder}${id}/resolve/${commit}/${encoded}`;
}

function baseOf({ endpoint }: Settings): string {
  return endpoint.href.replace(/\/+$/, "");
}

/** What the client throws for an answer that it cannot read is the server's fault. */
async function asked<T>(subject: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HubError) throw error;
    const reason = "the Hub's answer cannot be read; try later, or correct HF_ENDPOINT";
    throw new HubError("bad-response", subject, reason, error);
  }
}
