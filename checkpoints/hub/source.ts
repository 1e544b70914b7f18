/** What `--model` names: a folder of this machine, or a repository of the Hub at a revision. */
import { statSync } from "node:fs";
import { extname } from "node:path";
import { HubError } from "./hub-error.ts";

export type ModelSource =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "hub"; readonly id: string; readonly revision: string };

const longestId = 96;
const PART = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?";
const ID = new RegExp(`^(?:${PART}/)?${PART}$`);
/** Git's own rules are wider; this is what names of branches, tags and pull requests look like. */
const REVISION = /^[A-Za-z0-9_][A-Za-z0-9._/-]{0,249}$/;

/**
 * A folder that exists is a folder; what cannot be a repository's name must be one.
 * @param source a folder, or `owner/name` or `name`, with `@revision` or without
 * @throws HubError "bad-source"
 */
export function parseSource(source: string, revision: string | undefined): ModelSource {
  const found = statSync(source, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    if (revision === undefined) return { kind: "folder", folder: source };
    throw new HubError("bad-source", source, "is a folder, which has no revisions; leave it out");
  }
  if (found !== undefined) {
    throw new HubError("bad-source", source, "is a file; name the folder that the model lies in");
  }
  const [id, own, ...more] = source.split("@");
  if (own === undefined && revision === undefined) refusePaths(source);
  const isId = ID.test(id!) && id!.length <= longestId && !/--|\.\./.test(id!);
  if (!isId || more.length > 0) {
    const reason =
      "there is no such folder, and it is no name on the Hub (owner/name, with @revision or without); check the path";
    throw new HubError("bad-source", source, reason);
  }
  if (own !== undefined && revision !== undefined && own !== revision) {
    throw new HubError("bad-source", source, `asks for another revision than "${revision}"`);
  }
  return { kind: "hub", id: id!, revision: checkedRevision(source, own ?? revision ?? "main") };
}

/** Of folders that models are kept in here; nobody on the Hub is meant by them. */
const ownFolders = ["runs", "models", "checkpoints", "adapters", "weights"];
const fileKinds = /^\.(?:json|jsonl|ya?ml|safetensors|bin|gguf|onnx|pt|pth|ckpt|svg|txt|md)$/i;

/**
 * What looks like a path of this machine is not asked of the Hub.
 * @throws HubError "bad-source"
 */
function refusePaths(source: string): void {
  const [folder = "", name] = source.split("/");
  if (fileKinds.test(extname(source))) {
    throw new HubError("bad-source", source, "there is no such file, and a model is a folder");
  }
  const isHere = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  if (name === undefined || !(isHere || ownFolders.includes(folder))) return;
  const owner = ID.test(source)
    ? ` (a model of the Hub whose owner is named ${folder} is asked for by its revision: ${source}@main)`
    : "";
  throw new HubError("bad-source", source, `there is no such folder; check the path${owner}`);
}

function checkedRevision(source: string, revision: string): string {
  if (REVISION.test(revision) && !/\.\.|\/\/|\/$/.test(revision)) return revision;
  throw new HubError(
    "bad-source",
    source,
    `"${revision}" is no branch, tag or commit; give one as main or a commit's 40 digits`,
  );
}

/** A model that lies in a folder. */
export interface ResolvedModel {
  readonly folder: string;
  /** The commit; null for a folder that the user gave. */
  readonly revision: string | null;
}
