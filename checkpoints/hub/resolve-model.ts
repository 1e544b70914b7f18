/** From what a user gives as a model to a folder that holds it. */
import type { HubOptions } from "./settings.ts";
import { parseSource, type ResolvedModel } from "./source.ts";

/**
 * A folder as it is; or a model of the Hub, as `owner/name`, `name` or `owner/name@revision`, which is
 * downloaded into the cache that Hugging Face's Python libraries share, unless it is there. Only what
 * a model needs is downloaded: configuration, tokenizer, safetensors. A download that was broken off
 * goes on where it stopped; sizes and digests are verified.
 * @throws {HubError} with a code, and what to do
 * @throws {SafetensorsError} when the repository's index of shards is malformed
 * @example
 * const { folder, revision } = await resolveModel("openai-community/gpt2");
 * const saved = openSavedModel(folder, { acceptPlain: true });
 */
export async function resolveModel(
  source: string,
  options: HubOptions = {},
): Promise<ResolvedModel> {
  const parsed = parseSource(source, options.revision);
  if (parsed.kind === "folder") return { folder: parsed.folder, revision: null };
  // The Hub's client is loaded by those alone who need it.
  const { hubModel } = await import("./hub-model.ts");
  return hubModel(parsed.id, parsed.revision, options);
}
