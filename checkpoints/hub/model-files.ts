/** Which files of a repository a model needs. */
import { parseShardIndex } from "../safetensors/index.ts";
import { HubError } from "./hub-error.ts";

const CONFIG = "config.json";
const ADAPTER_CONFIG = "adapter_config.json";

/** Taken where they are there. */
const small = [
  CONFIG,
  "generation_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "tokenizer.model",
  "special_tokens_map.json",
  "added_tokens.json",
  "vocab.json",
  "merges.txt",
  "chat_template.jinja",
  ADAPTER_CONFIG,
  "future_heads.safetensors",
];
const stems = ["model", "adapter_model"];

export interface ModelFiles {
  /** To be had first: the names of the others are in them. */
  readonly indexes: readonly string[];
  readonly others: readonly string[];
}

/**
 * @param names of the repository's files
 * @throws {HubError} when they make no model that can be loaded
 */
export function modelFiles(id: string, names: readonly string[]): ModelFiles {
  const has = (name: string) => names.includes(name);
  if (!has(CONFIG) && !has(ADAPTER_CONFIG)) {
    const reason = `has neither ${CONFIG} nor ${ADAPTER_CONFIG}, so it is no model of transformers; choose another repository`;
    throw new HubError("not-a-model", id, reason);
  }
  const weights = stems.map((stem) => `${stem}.safetensors`).filter(has);
  const indexes = stems
    .filter((stem) => !weights.includes(`${stem}.safetensors`))
    .map((stem) => `${stem}.safetensors.index.json`)
    .filter(has);
  if (weights.length + indexes.length === 0) {
    const others = names.filter((name) => /\.(bin|pt|pth|ckpt|gguf|onnx|h5|msgpack)$/.test(name));
    const instead = others.length === 0 ? "" : ` (only ${others.slice(0, 3).join(", ")})`;
    const reason = `has no weights as safetensors${instead}; choose a repository or revision that has (often refs/pr/1), or convert them in Python with save_pretrained`;
    throw new HubError("no-safetensors", id, reason);
  }
  return { indexes, others: [...small.filter(has), ...weights] };
}

/**
 * The files that an index names.
 * @throws {SafetensorsError} when it is malformed
 * @throws {HubError} when the repository lacks one of them
 */
export function shardsOf(
  id: string,
  index: string,
  bytes: Uint8Array,
  names: readonly string[],
): string[] {
  const shards = [...new Set(parseShardIndex(index, bytes).values())];
  const missing = shards.find((shard) => !names.includes(shard));
  if (missing === undefined) return shards;
  const reason = `its index names ${missing}, which is not there; choose another revision`;
  throw new HubError("incomplete-repository", id, reason);
}
