/** A tokenizer.json as llama.cpp's keys: byte-level BPE with its merges and special tokens. */
import { isJsonObject, type JsonObject, type JsonValue } from "../files/strict-json.ts";
import { GgufError } from "./gguf-error.ts";
import type { GgufValue } from "./writer.ts";

export interface GgufVocabularyOptions {
  /** Rows of the table of tokens: as many tokens are listed. */
  readonly rows: number;
  /** generation_config.json over config.json. */
  readonly ids: Readonly<Record<string, unknown>>;
  readonly chatTemplate?: string | undefined;
}

/** `normal`, `control` (never shown), `user` (never split), `unused`, as llama.cpp numbers them. */
const kinds = { normal: 1, control: 3, user: 4, unused: 5 } as const;

const llama3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const qwen2 = llama3.replace("\\p{N}{1,3}", "\\p{N}");

/** @throws GgufError for a tokenizer that llama.cpp does not have. */
export function vocabularyValues(
  tokenizer: unknown,
  options: GgufVocabularyOptions,
): Map<string, GgufValue> {
  const json = tokenizer as JsonValue;
  if (!isJsonObject(json) || !isJsonObject(json.model))
    throw new GgufError("tokenizer.json: no model");
  const { model } = json;
  if (model.type !== "BPE" || model.byte_fallback === true || !isJsonObject(model.vocab)) {
    throw new GgufError(
      "tokenizer.json: no byte-level BPE, which is the only kind of tokenizer that is written; leave it out by --no-tokenizer",
    );
  }
  const { tokens, types } = listed(json, model.vocab, options);
  const values = new Map<string, GgufValue>([
    ["tokenizer.ggml.model", { type: "string", value: "gpt2" }],
    ["tokenizer.ggml.pre", { type: "string", value: preTokenizerOf(json) }],
    ["tokenizer.ggml.tokens", { type: "strings", value: tokens }],
    ["tokenizer.ggml.token_type", { type: "int32s", value: types }],
    ["tokenizer.ggml.merges", { type: "strings", value: mergesOf(model) }],
  ]);
  for (const [key, name] of [
    ["bos", "bos_token_id"],
    ["eos", "eos_token_id"],
    ["padding", "pad_token_id"],
  ] as const) {
    const [id, second] = [options.ids[name]].flat();
    if (typeof id !== "number") continue;
    values.set(`tokenizer.ggml.${key}_token_id`, { type: "uint32", value: id });
    // Who ends at several tokens ends at the second as at the end of a turn.
    if (key === "eos" && typeof second === "number") {
      values.set("tokenizer.ggml.eot_token_id", { type: "uint32", value: second });
    }
  }
  values.set("tokenizer.ggml.add_bos_token", { type: "bool", value: beginsWithBos(json) });
  values.set("tokenizer.ggml.add_space_prefix", { type: "bool", value: false });
  if (options.chatTemplate !== undefined) {
    values.set("tokenizer.chat_template", { type: "string", value: options.chatTemplate });
  }
  return values;
}

function listed(
  json: JsonObject,
  vocabulary: JsonObject,
  { rows, ids }: GgufVocabularyOptions,
): { readonly tokens: string[]; readonly types: number[] } {
  const tokens = Array.from({ length: rows }, (_, id) => `[PAD${id}]`);
  const types = new Array<number>(rows).fill(kinds.unused);
  const put = (id: JsonValue | undefined, token: string, type: number) => {
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= rows) {
      throw new GgufError(`tokenizer.json: "${token}" has id ${id}, and the model ${rows} rows`);
    }
    tokens[id] = token;
    types[id] = type;
  };
  for (const [token, id] of Object.entries(vocabulary)) put(id, token, kinds.normal);
  // The tokens of a drawing are what such a model writes: as control tokens nobody would see them.
  const draws = isJsonObject(json.model) && isJsonObject(json.model.pathloom);
  const ends = new Set([ids.bos_token_id, ids.eos_token_id, ids.pad_token_id].flat());
  for (const each of Array.isArray(json.added_tokens) ? json.added_tokens : []) {
    if (!isJsonObject(each) || typeof each.content !== "string") continue;
    const { id, content, special } = each;
    const isShown = special !== true || (draws && !ends.has(id as number));
    put(id, content, isShown ? kinds.user : kinds.control);
  }
  return { tokens, types };
}

function mergesOf(model: JsonObject): string[] {
  const merges = Array.isArray(model.merges) ? model.merges : [];
  return merges.map((pair) => (Array.isArray(pair) ? pair.join(" ") : String(pair)));
}

/** @throws GgufError where texts are cut up in a way that llama.cpp has no name for. */
function preTokenizerOf({ normalizer, pre_tokenizer: whole }: JsonObject): string {
  const parts = isJsonObject(whole) && whole.type === "Sequence" ? whole.pretokenizers : [whole];
  const steps = (Array.isArray(parts) ? parts : []).filter(isJsonObject);
  const normal = isJsonObject(normalizer) ? normalizer.type : (normalizer ?? null);
  const [first, second] = steps;
  const bytes = steps.at(-1);
  const isBytes = bytes?.type === "ByteLevel" && bytes.add_prefix_space !== true;
  if (isBytes && steps.length === 1 && bytes.use_regex !== false && normal === null) return "gpt-2";
  if (isBytes && steps.length === 2 && second === bytes) {
    const pattern = isJsonObject(first!.pattern) ? first!.pattern.Regex : undefined;
    const splits =
      first!.type === "Split" &&
      first!.behavior === "Isolated" &&
      first!.invert !== true &&
      bytes.use_regex === false;
    if (splits && pattern === llama3 && normal === null) return "llama-bpe";
    if (splits && pattern === qwen2 && (normal === null || normal === "NFC")) return "qwen2";
    const digits = first!.type === "Digits" && first!.individual_digits === true;
    if (digits && bytes.use_regex !== false && normal === null) return "smollm";
  }
  throw new GgufError(
    `tokenizer.json: its pre-tokenizer (${steps.map(({ type }) => type).join(", ") || "none"}${normal === null ? "" : ` after the normalizer ${typeof normal === "string" ? normal : "given"}`}) is none that llama.cpp has a name for here; leave the tokenizer out by --no-tokenizer`,
  );
}

/** Whether the file's own post-processor puts a token before every text. */
function beginsWithBos({ post_processor: processor }: JsonObject): boolean {
  if (!isJsonObject(processor)) return false;
  const all = processor.type === "Sequence" ? processor.processors : [processor];
  return (Array.isArray(all) ? all : []).some((each) => {
    const single = isJsonObject(each) && Array.isArray(each.single) ? each.single[0] : undefined;
    return isJsonObject(single) && "SpecialToken" in single;
  });
}
