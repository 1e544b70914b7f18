/**
 * Small tokenizers in the layouts of published models, trained on the sample icons: GPT-2's and
 * Llama 3's byte-level BPE, Llama 2's SentencePiece BPE with byte fallback, Mistral's newer layout
 * of the same, and Falcon's chain of pre-tokenizers.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { learnMerges, trainBytePairs } from "../../../tokenizer/bpe/index.ts";

const icons = join(import.meta.dirname, "../../../node_modules/lucide-static/icons");

export const iconTexts: readonly string[] = readdirSync(icons)
  .filter((name) => name.endsWith(".svg"))
  .sort()
  .map((name) => readFileSync(join(icons, name), "utf8"));

export const captions: readonly string[] = readdirSync(icons)
  .filter((name) => name.endsWith(".svg"))
  .sort()
  .map(
    (name) => `an icon of ${name.slice(0, -4).replaceAll("-", " ")}, it's drawn with 2 strokes.`,
  );

const training = [...captions, ...iconTexts.slice(0, 300)];

interface ByteLevelModel {
  readonly vocab: Record<string, number>;
  readonly merges: readonly (readonly [string, string])[];
}

function trainByteLevel(size: number): ByteLevelModel {
  const { tokens, merges } = trainBytePairs(training, { vocabularySize: size });
  return { vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges };
}

const byteLevelModel = trainByteLevel(900);

function added(id: number, content: string, special = true) {
  const plain = { single_word: false, lstrip: false, rstrip: false };
  return { id, content, ...plain, normalized: !special, special };
}

const byteLevel = (use_regex: boolean) => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex,
});

/** Merges as texts, as older files write them. */
export function gpt2Layout() {
  const { vocab, merges } = byteLevelModel;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [added(Object.keys(vocab).length, "<|endoftext|>")],
    normalizer: null,
    pre_tokenizer: byteLevel(true),
    post_processor: byteLevel(true),
    decoder: byteLevel(true),
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      vocab,
      merges: merges.map((pair) => pair.join(" ")),
    },
  };
}

const llama3Words =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

function split(pattern: string) {
  return { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false };
}

/** Whole words are looked up before merging, and numbers of three digits are tokens. */
export function llama3Layout() {
  const { vocab, merges } = byteLevelModel;
  const extended: Record<string, number> = { ...vocab };
  for (let n = 100; n < 1000; n++) extended[String(n)] ??= Object.keys(extended).length;
  const first = Object.keys(extended).length;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"].map((content, i) =>
      added(first + i, content),
    ),
    normalizer: null,
    pre_tokenizer: { type: "Sequence", pretokenizers: [split(llama3Words), byteLevel(false)] },
    post_processor: null,
    decoder: byteLevel(true),
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: true,
      vocab: extended,
      merges,
    },
  };
}

/** Qwen's layout: NFC first, single digits, and white space tokens added without being special. */
export function qwenLayout() {
  const { vocab, merges } = byteLevelModel;
  const words = llama3Words.replace("\\p{N}{1,3}", "\\p{N}");
  const first = Object.keys(vocab).length;
  return {
    ...llama3Layout(),
    added_tokens: [
      added(first, "<|endoftext|>"),
      added(first + 1, "<|im_start|>"),
      added(first + 2, "<tool_call>", false),
    ],
    normalizer: { type: "NFC" },
    pre_tokenizer: { type: "Sequence", pretokenizers: [split(words), byteLevel(false)] },
    model: { ...llama3Layout().model, ignore_merges: false, vocab, merges },
  };
}

export function falconLayout() {
  return {
    ...gpt2Layout(),
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Punctuation", behavior: "Contiguous" },
        byteLevel(true),
        { type: "Digits", individual_digits: false },
        split("[0-9][0-9][0-9]"),
      ],
    },
  };
}

function trainPieces(size: number) {
  const words = new Map<string, number>();
  for (const text of training) {
    for (const word of text.replaceAll(" ", "▁").match(/▁*[^▁\n]*\n?/gu) ?? []) {
      if (word !== "") words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  const tokens = ["<unk>", "<s>", "</s>"];
  for (let byte = 0; byte < 256; byte++) {
    tokens.push(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  }
  // The line feed stays out of the alphabet, as in Llama 2's, and is written as a lone byte.
  const alphabet = [...new Set([...words.keys()].join(""))].filter((sign) => sign !== "\n").sort();
  tokens.push(...alphabet);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const sequences = [...words].map(([word, count]) => ({
    ids: Array.from(word, (sign) => ids.get(sign) ?? 3 + 10),
    count,
  }));
  const isPiece = (id: number) => id >= 259;
  const learned = learnMerges(sequences, {
    firstId: tokens.length,
    merges: size - tokens.length,
    minimumFrequency: 2,
    mayMerge: (left, right) => isPiece(left) && isPiece(right),
  });
  const merges: [string, string][] = [];
  for (const { left, right } of learned) {
    merges.push([tokens[left]!, tokens[right]!]);
    tokens.push(tokens[left]! + tokens[right]!);
  }
  const vocab: Record<string, number> = {};
  for (const token of tokens) vocab[token] ??= Object.keys(vocab).length;
  return { vocab, merges };
}

const piecesModel = trainPieces(1000);

export function llama2Layout() {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [added(0, "<unk>"), added(1, "<s>"), added(2, "</s>")],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: null,
    post_processor: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: "<unk>",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      ...piecesModel,
    },
  };
}

/** Newer files of the same models: `▁` by the pre-tokenizer, at the start of the text alone. */
export function mistralLayout() {
  return {
    ...llama2Layout(),
    normalizer: null,
    pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: false },
  };
}

/** Gemma's: no space in front, and runs of spaces and of line feeds that are added without being special. */
export function gemmaLayout() {
  const { vocab } = piecesModel;
  let next = Object.keys(vocab).length;
  const runs = ["▁▁", "▁▁▁", "\n\n"].map((run) => added(vocab[run] ?? next++, run, false));
  const plain = llama2Layout();
  return {
    ...plain,
    added_tokens: [...plain.added_tokens, ...runs.map((run) => ({ ...run, normalized: false }))],
    normalizer: { type: "Replace", pattern: { String: " " }, content: "▁" },
    pre_tokenizer: {
      type: "Split",
      pattern: { String: " " },
      behavior: "MergedWithPrevious",
      invert: false,
    },
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
      ],
    },
  };
}

export const layouts = {
  "GPT-2": gpt2Layout,
  "Llama 3": llama3Layout,
  Qwen: qwenLayout,
  Falcon: falconLayout,
  "Llama 2": llama2Layout,
  Mistral: mistralLayout,
  Gemma: gemmaLayout,
} as const;
