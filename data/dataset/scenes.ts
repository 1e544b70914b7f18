/**
 * Drawings that are too long for the context, as scenes: cut between elements into parts that fit, each a
 * sample of its own, whose caption says which part it is and what the parts before it draw.
 */

import type { Drawing } from "../../svg/index.ts";
import {
  chunkCaption,
  encodePrompt,
  type SceneChunk,
  SceneError,
  type SvgTokenizer,
  splitScene,
} from "../../tokenizer/index.ts";
import type { CorpusEntry } from "../corpus/corpus.ts";

/** How many drawings were split, and into how many parts. */
export interface SceneCount {
  readonly drawings: number;
  readonly parts: number;
}

export interface ScenePart {
  /** Of the drawing, with the part's number behind. */
  readonly id: string;
  readonly tokens: readonly number[];
  readonly captions: readonly {
    readonly text: string;
    readonly share: number;
    readonly prompt: readonly number[];
  }[];
}

/** A smaller budget makes other parts, with captions of other lengths: so often it is tried. */
const mostTries = 8;

/**
 * @param maxTokens of a part with its caption.
 * @returns null where a single element is too long, or the captions leave no room.
 * @throws EncodeError when the tokenizer cannot hold the drawing.
 */
export function sceneParts(
  { id, captions, shares, drawing }: CorpusEntry,
  tokenizer: SvgTokenizer,
  maxTokens: number,
): ScenePart[] | null {
  const fitted = tokenizer.fit?.(drawing) ?? drawing;
  const promptOf = (text: string, chunk: SceneChunk) =>
    encodePrompt(tokenizer, chunkCaption(text, chunk));
  const shortest = (chunk: SceneChunk) =>
    Math.min(...captions.map((text) => promptOf(text, chunk).length));
  let budget =
    maxTokens - Math.min(...captions.map((text) => encodePrompt(tokenizer, text).length));
  for (let tries = 0; tries < mostTries; tries++) {
    const chunks = split(fitted, tokenizer, budget);
    if (chunks === null) return null;
    const encoded = chunks.map((chunk) => ({ chunk, tokens: tokenizer.encode(chunk.drawing) }));
    const excess = Math.max(
      ...encoded.map(({ chunk, tokens }) => shortest(chunk) + tokens.length - maxTokens),
    );
    if (excess > 0) {
      budget -= excess;
      continue;
    }
    return encoded.map(({ chunk, tokens }) => ({
      id: `${id} (part ${chunk.index + 1} of ${chunk.count})`,
      tokens,
      captions: captions.flatMap((text, index) => {
        const prompt = promptOf(text, chunk);
        const said = { text: chunkCaption(text, chunk), share: shares?.[index] ?? 1, prompt };
        return prompt.length + tokens.length <= maxTokens ? [said] : [];
      }),
    }));
  }
  return null;
}

function split(drawing: Drawing, tokenizer: SvgTokenizer, budget: number): SceneChunk[] | null {
  try {
    return budget > 0 ? splitScene(drawing, tokenizer, budget) : null;
  } catch (error) {
    if (error instanceof SceneError) return null;
    throw error;
  }
}
