/**
 * `model.safetensors.index.json`: which file of a sharded model holds which tensor.
 *
 *     { "metadata": { "total_size": 4096 },
 *       "weight_map": { "lm_head.weight": "model-00002-of-00002.safetensors", … } }
 *
 * The names come from a stranger: a file must lie in the index's own folder.
 */
import { isJsonObject, JsonError, type JsonValue, parseStrictJson } from "../files/strict-json.ts";
import { SafetensorsError } from "./error.ts";

/** An index larger than this is refused unread, as a header is. */
export const MAX_INDEX_BYTES = 100_000_000;

/** The file of each tensor. */
export type WeightMap = ReadonlyMap<string, string>;

/**
 * Parses an index.
 * @param file named in errors
 * @throws {SafetensorsError} "index" or "duplicate-name", with the place
 */
export function parseShardIndex(file: string, bytes: Uint8Array): WeightMap {
  const refuse = (reason: string, tensor?: string): never => {
    throw new SafetensorsError("index", file, reason, tensor);
  };
  let json: JsonValue;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    json = parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) return refuse("the index is not valid UTF-8");
    if (error.fault !== "duplicate-key") return refuse(error.message);
    throw new SafetensorsError("duplicate-name", file, error.message);
  }
  const weights = isJsonObject(json) ? json.weight_map : undefined;
  if (!isJsonObject(weights)) return refuse("the index has no weight_map object");
  const map = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(weights)) {
    if (typeof shard !== "string") return refuse("its file is not a string", tensor);
    if (!/^[^/\\:\0]+\.safetensors$/.test(shard)) {
      return refuse(`${JSON.stringify(shard)} is no safetensors file of this folder`, tensor);
    }
    map.set(tensor, shard);
  }
  return map;
}

/** Prints an index as `huggingface_hub` does: sorted names, indent of two. */
export function printShardIndex(weights: WeightMap, totalBytes: number): Uint8Array {
  const sorted = [...weights].sort(([left], [right]) => (left < right ? -1 : 1));
  const index = { metadata: { total_size: totalBytes }, weight_map: Object.fromEntries(sorted) };
  return new TextEncoder().encode(`${JSON.stringify(index, null, 2)}\n`);
}
