/**
 * Which tokens begin a text, end it and pad: `tokenizer.json` does not say, so they are known by
 * the names that the published models give them, or told by the caller (from
 * `tokenizer_config.json`).
 */
import { type BaseSpecialTokens, BaseTokenizerError } from "./base-tokenizer.ts";
import { short } from "./json.ts";

/** The tokens as they stand in `bos_token`, `eos_token`, `pad_token` of `tokenizer_config.json`. */
export interface SpecialTokenNames {
  readonly bos?: string;
  readonly eos?: string;
  readonly pad?: string;
}

const usualNames = {
  bos: ["<|begin_of_text|>", "<bos>", "<s>", "<|startoftext|>", "<｜begin▁of▁sentence｜>"],
  eos: ["<|end_of_text|>", "<eos>", "</s>", "<|endoftext|>", "<|im_end|>", "<｜end▁of▁sentence｜>"],
  pad: ["<pad>", "<|pad|>", "[PAD]", "<|finetune_right_pad_id|>", "<|endoftext|>"],
} as const;

/** @throws BaseTokenizerError when a token that the caller names is not there. */
export function findSpecialTokens(
  names: SpecialTokenNames,
  idOf: (token: string) => number | undefined,
): BaseSpecialTokens {
  const find = (kind: "bos" | "eos" | "pad") => {
    const name = names[kind];
    if (name === undefined) {
      return usualNames[kind].map(idOf).find((id) => id !== undefined);
    }
    const id = idOf(name);
    if (id === undefined) {
      throw new BaseTokenizerError("added_tokens", `no token ${short(name)} to be the ${kind} one`);
    }
    return id;
  };
  return { bos: find("bos"), eos: find("eos"), pad: find("pad") };
}
