/**
 * The pre-tokenizers of tokenizer files: they cut a normalized text into words, across whose
 * borders nothing is merged.
 */
import { toByteCharacters } from "../bpe/index.ts";
import {
  choiceAt,
  flagAt,
  type JsonObject,
  listAt,
  objectAt,
  textAt,
  unsupported,
} from "./json.ts";
import { readPattern } from "./normalizers.ts";
import { translateRegex } from "./regex.ts";

/** A part of a text; `first` when the text begins with it. */
export interface Word {
  readonly text: string;
  readonly first: boolean;
}

export type PreTokenizer = (words: readonly Word[]) => readonly Word[];

const behaviors = [
  "Removed",
  "Isolated",
  "MergedWithPrevious",
  "MergedWithNext",
  "Contiguous",
] as const;
type Behavior = (typeof behaviors)[number];

/** GPT-2's words, which `ByteLevel` splits into unless told not to. */
const gpt2Words =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const digit = /\p{N}/gu;
const digits = /\p{N}+/gu;
const punctuation = /[!-/:-@[-`{-~]|\p{P}/gu;

/** @throws BaseTokenizerError for a pre-tokenizer that is not supported. */
export function readPreTokenizer(json: unknown, place: string): PreTokenizer {
  if (json === null || json === undefined) return (words) => words;
  const node = objectAt(json, place);
  const type = textAt(node.type, `${place}.type`);
  switch (type) {
    case "Sequence": {
      const steps = listAt(node.pretokenizers, `${place}.pretokenizers`).map((step, i) =>
        readPreTokenizer(step, `${place}.pretokenizers[${i}]`),
      );
      return (words) => steps.reduce((current, step) => step(current), words);
    }
    case "ByteLevel":
      return readByteLevel(node, place);
    case "Metaspace":
      return readMetaspace(node, place);
    case "Split": {
      const pattern = readPattern(node.pattern, `${place}.pattern`);
      const behavior = choiceAt(node.behavior, `${place}.behavior`, behaviors);
      const invert = flagAt(node.invert, `${place}.invert`, false);
      return splitter(pattern, behavior, invert);
    }
    case "Digits": {
      const each = flagAt(node.individual_digits, `${place}.individual_digits`, false);
      return splitter(each ? digit : digits, "Isolated", false);
    }
    case "Punctuation": {
      const behavior = choiceAt(node.behavior, `${place}.behavior`, behaviors, "Isolated");
      return splitter(punctuation, behavior, false);
    }
    default:
      throw unsupported(`${place}.type`, `the pre-tokenizer ${type}`);
  }
}

/** Whether any step of it writes bytes as characters. */
export function isByteLevel(json: unknown): boolean {
  if (typeof json !== "object" || json === null) return false;
  if ("type" in json && json.type === "ByteLevel") return true;
  const steps = "pretokenizers" in json ? json.pretokenizers : undefined;
  return Array.isArray(steps) && steps.some(isByteLevel);
}

function readByteLevel(node: JsonObject, place: string): PreTokenizer {
  const spaced = flagAt(node.add_prefix_space, `${place}.add_prefix_space`, true);
  const split = flagAt(node.use_regex, `${place}.use_regex`, true)
    ? splitter(translateRegex(gpt2Words, place), "Isolated", false)
    : (words: readonly Word[]) => words;
  return (words) => {
    const prefixed = spaced ? words.map(inFront(" ", "always")) : words;
    return split(prefixed).map(({ text, first }) => ({ text: toByteCharacters(text), first }));
  };
}

function readMetaspace(node: JsonObject, place: string): PreTokenizer {
  const mark = textAt(node.replacement ?? "▁", `${place}.replacement`);
  const schemes = ["always", "first", "never"] as const;
  const older = flagAt(node.add_prefix_space, `${place}.add_prefix_space`, true);
  const scheme = choiceAt(
    node.prepend_scheme,
    `${place}.prepend_scheme`,
    schemes,
    older ? "always" : "never",
  );
  const split = flagAt(node.split, `${place}.split`, true)
    ? splitter(new RegExp(mark, "gu"), "MergedWithNext", false)
    : (words: readonly Word[]) => words;
  return (words) => {
    const marked = words.map(({ text, first }) => ({ text: text.replaceAll(" ", mark), first }));
    return split(scheme === "never" ? marked : marked.map(inFront(mark, scheme)));
  };
}

function inFront(prefix: string, scheme: "always" | "first"): (word: Word) => Word {
  return ({ text, first }) => {
    const wanted = !text.startsWith(prefix) && (scheme === "always" || first);
    return { text: wanted ? prefix + text : text, first };
  };
}

function splitter(pattern: RegExp, behavior: Behavior, invert: boolean): PreTokenizer {
  return (words) => {
    const parts: Word[] = [];
    for (const { text, first } of words) {
      let start = 0;
      for (const part of splitText(text, pattern, behavior, invert)) {
        if (part !== "") parts.push({ text: part, first: first && start === 0 });
        start += part.length;
      }
    }
    return parts;
  };
}

interface Part {
  readonly text: string;
  readonly match: boolean;
}

function splitText(text: string, pattern: RegExp, behavior: Behavior, invert: boolean): string[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    if (index > end) parts.push({ text: text.slice(end, index), match: invert });
    if (found !== "") parts.push({ text: found, match: !invert });
    end = index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), match: invert });
  switch (behavior) {
    case "Isolated":
      return parts.map((part) => part.text);
    case "Removed":
      return parts.filter((part) => !part.match).map((part) => part.text);
    case "Contiguous":
      return joinParts(parts, (part, before) => part.match === before.match);
    case "MergedWithPrevious":
      return joinParts(parts, (part, before) => part.match && !before.match);
    case "MergedWithNext":
      return joinParts(parts, (part, before) => before.match && !part.match);
  }
}

/** Joins each part for which the test holds to the one before it. */
function joinParts(parts: readonly Part[], joins: (part: Part, before: Part) => boolean): string[] {
  const texts: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const before = parts[i - 1];
    if (before !== undefined && joins(part, before)) texts[texts.length - 1] += part.text;
    else texts.push(part.text);
  }
  return texts;
}
