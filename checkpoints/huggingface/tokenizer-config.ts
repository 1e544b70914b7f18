/**
 * `tokenizer_config.json`, without which `transformers` guesses a tokenizer's class by the model's
 * family, and builds that family's pipeline rather than the one in `tokenizer.json`.
 */
import { isJsonObject, type JsonValue } from "../files/strict-json.ts";

/** Ids of special tokens, as generation_config.json and config.json name them. */
type SpecialIds = Readonly<Record<string, unknown>>;

const names = ["bos", "eos", "pad"] as const;

/**
 * @param tokenizer tokenizer.json.
 * @param ids where `bos_token_id` and so on may stand; tokens without an id are left out.
 */
export function tokenizerConfig(tokenizer: unknown, ids: SpecialIds): Record<string, unknown> {
  const special = names.flatMap((name) => {
    const id = [ids[`${name}_token_id`]].flat()[0];
    const token = typeof id === "number" ? tokenOf(tokenizer as JsonValue, id) : undefined;
    return token === undefined ? [] : [[`${name}_token`, token] as const];
  });
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    ...Object.fromEntries(special),
  };
}

function tokenOf(tokenizer: JsonValue, id: number): string | undefined {
  if (!isJsonObject(tokenizer)) return undefined;
  const added = Array.isArray(tokenizer.added_tokens) ? tokenizer.added_tokens : [];
  const entry = added.find((each) => isJsonObject(each) && each.id === id);
  if (isJsonObject(entry) && typeof entry.content === "string") return entry.content;
  const vocabulary = isJsonObject(tokenizer.model) ? tokenizer.model.vocab : undefined;
  if (!isJsonObject(vocabulary)) return undefined;
  return Object.entries(vocabulary).find(([, number]) => number === id)?.[0];
}
