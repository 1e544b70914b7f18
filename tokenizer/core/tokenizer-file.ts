/**
 * `tokenizer.json` in the layout of Hugging Face `tokenizers`: a byte-level BPE model for text, the
 * drawing's tokens as added ones. Our settings stand under `model.pathloom`, the place where that
 * library's loader passes over a key it does not know (at the top level it refuses one).
 */
import { PathloomError } from "../../errors/index.ts";
import {
  type BytePairData,
  BytePairEncoding,
  BytePairError,
  isByteCharacters,
} from "../bpe/index.ts";

export class TokenizerFileError extends PathloomError {
  override readonly name: string = "TokenizerFileError";
  override readonly code: string = "ERR_TOKENIZER_FILE";
  /** Where in the file, as keys joined by dots. */
  readonly place: string;

  constructor(place: string, message: string) {
    super(`tokenizer file, at ${place}: ${message}`);
    this.place = place;
  }
}

export interface TokenizerFile {
  /** Text tokens by id, in byte characters. */
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [string, string])[];
  /** Tokens whose ids follow. */
  readonly added: readonly string[];
  /** What builds the tokenizer again. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A file as read, with the encoder of its text. */
export interface ReadTokenizerFile extends TokenizerFile {
  readonly text: BytePairEncoding;
}

const byteLevel = {
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: true,
};
const settingsKey = "pathloom";
/** A file that claims more is refused before anything of that size is built. */
const mostTokens = 2_000_000;

export function writeTokenizerFile({ settings, added, ...data }: TokenizerFile): unknown {
  return tokenizerJSON(data, added, { [settingsKey]: settings });
}

/**
 * A trained encoding as the `tokenizer.json` of a base model, which any program reads.
 * @param special tokens whose ids follow those of the encoding, such as `<|endoftext|>`.
 */
export function bytePairTokenizerJSON(data: BytePairData, special: readonly string[]): unknown {
  return tokenizerJSON(data, special, {});
}

function tokenizerJSON(
  { tokens, merges }: BytePairData,
  added: readonly string[],
  settings: Readonly<Record<string, unknown>>,
): unknown {
  const vocab: Record<string, number> = {};
  tokens.forEach((token, id) => {
    vocab[token] = id;
  });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added.map((content, i) => ({
      id: tokens.length + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      ...settings,
      vocab,
      merges,
    },
  };
}

/** @throws TokenizerFileError naming the place of the first thing that is wrong. */
export function readTokenizerFile(json: unknown): ReadTokenizerFile {
  const root = object(json, "the top");
  const model = object(root.model, "model");
  if (model.type !== "BPE") {
    throw new TokenizerFileError("model.type", `must be "BPE", not ${short(model.type)}`);
  }
  const settings = object(model[settingsKey], `model.${settingsKey}`);
  const tokens = readVocabulary(model.vocab);
  const merges = readMerges(model.merges);
  const added = readAdded(root.added_tokens, tokens.length);
  return { tokens, merges, added, settings, text: buildText(tokens, merges) };
}

function buildText(
  tokens: readonly string[],
  merges: readonly (readonly [string, string])[],
): BytePairEncoding {
  try {
    const text = new BytePairEncoding({ tokens, merges });
    text.requireBytes();
    return text;
  } catch (error) {
    if (error instanceof BytePairError) throw new TokenizerFileError("model", error.message);
    throw error;
  }
}

function readVocabulary(json: unknown): string[] {
  const place = "model.vocab";
  const entries = Object.entries(object(json, place));
  if (entries.length > mostTokens) throw new TokenizerFileError(place, "holds too many tokens");
  const tokens = new Array<string | undefined>(entries.length).fill(undefined);
  for (const [token, id] of entries) {
    const at = `${place}[${short(token)}]`;
    if (typeof id !== "number" || !Number.isInteger(id) || id < 0 || id >= entries.length) {
      throw new TokenizerFileError(at, `ids must be 0 to ${entries.length - 1}, not ${short(id)}`);
    }
    if (tokens[id] !== undefined) throw new TokenizerFileError(at, `id ${id} is taken`);
    if (!isByteCharacters(token)) throw new TokenizerFileError(at, "is not in byte characters");
    tokens[id] = token;
  }
  return tokens.map((token) => token ?? "");
}

function readMerges(json: unknown): (readonly [string, string])[] {
  return array(json, "model.merges").map((merge, i) => {
    // Files of older versions of the library write a merge as one string.
    const parts: unknown = typeof merge === "string" ? merge.split(" ") : merge;
    const [left, right, more] = Array.isArray(parts) ? parts : [];
    if (typeof left !== "string" || typeof right !== "string" || more !== undefined) {
      throw new TokenizerFileError(`model.merges[${i}]`, "must be a pair of tokens");
    }
    return [left, right] as const;
  });
}

function readAdded(json: unknown, firstId: number): string[] {
  return array(json, "added_tokens").map((entry, i) => {
    const place = `added_tokens[${i}]`;
    const { id, content } = object(entry, place);
    if (id !== firstId + i) {
      throw new TokenizerFileError(`${place}.id`, `must be ${firstId + i}, not ${short(id)}`);
    }
    if (typeof content !== "string" || content === "") {
      throw new TokenizerFileError(`${place}.content`, "must be a text");
    }
    return content;
  });
}

function object(json: unknown, place: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new TokenizerFileError(place, `must be an object, not ${short(json)}`);
  }
  return { ...json };
}

function array(json: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(json))
    throw new TokenizerFileError(place, `must be a list, not ${short(json)}`);
  if (json.length > mostTokens) throw new TokenizerFileError(place, "is too long");
  return json;
}

/** A value as it may stand in a message. */
function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
