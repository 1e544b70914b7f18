/**
 * `tokenizer_config.json`, without which `transformers` guesses a tokenizer's class by the model's
 * family, and builds that family's pipeline rather than the one in `tokenizer.json`. What the base model's
 * own file says of its use (the template of chats, the longest text, the side that is padded) is kept.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../files/strict-json.ts";

/** Ids of special tokens, as generation_config.json and config.json name them. */
export type SpecialIds = Readonly<Record<string, unknown>>;

/** What a model's tokenizer is used with, beside what it does. */
export interface TokenizerSettings {
  /** tokenizer_config.json. */
  readonly config?: JsonObject | undefined;
  /** chat_template.jinja, where newer files have the template. */
  readonly chatTemplate?: string | undefined;
}

const names = ["bos", "eos", "pad"] as const;

/** Keys of a base model's file that hold for the tokenizer with more tokens, too. */
const kept = [
  "model_max_length",
  "padding_side",
  "truncation_side",
  "chat_template",
  "clean_up_tokenization_spaces",
  "model_input_names",
  "unk_token",
  "sep_token",
  "cls_token",
  "mask_token",
];

/**
 * @param tokenizer tokenizer.json.
 * @param ids where `bos_token_id` and so on may stand; tokens without an id are left out. Of several end
 *   tokens, the one that the base's file names, if it is among them, else the first.
 * @param base the base model's own file.
 */
export function tokenizerConfig(
  tokenizer: unknown,
  ids: SpecialIds,
  base: JsonObject = {},
): Record<string, unknown> {
  const special = names.flatMap((name) => {
    const found = [ids[`${name}_token_id`]]
      .flat()
      .filter((id): id is number => typeof id === "number")
      .flatMap((id) => tokenOf(tokenizer as JsonValue, id) ?? []);
    const own = contentOf(base[`${name}_token`]);
    const token = own !== undefined && (found.length === 0 || found.includes(own)) ? own : found[0];
    return token === undefined ? [] : [[`${name}_token`, token] as const];
  });
  const settings = kept.flatMap((key) => {
    const value = key.endsWith("_token") ? contentOf(base[key]) : base[key];
    return value === undefined || value === null ? [] : [[key, value] as const];
  });
  return {
    clean_up_tokenization_spaces: false,
    ...Object.fromEntries(settings),
    tokenizer_class: "PreTrainedTokenizerFast",
    ...Object.fromEntries(special),
  };
}

/** A token as a text, or as an object with its content. */
function contentOf(token: JsonValue | undefined): string | undefined {
  const content = token !== undefined && isJsonObject(token) ? token.content : token;
  return typeof content === "string" ? content : undefined;
}

/** The end tokens of a model that has one of its own, and those that its base ended at. */
export function endTokens(own: number, base: SpecialIds = {}): number | number[] {
  const others = [base.eos_token_id].flat().filter((id): id is number => typeof id === "number");
  const all = [...new Set([own, ...others])];
  return all.length === 1 ? own : all;
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
