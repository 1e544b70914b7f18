/** Says what drawings show: the task `svg-to-text`, free text under no grammar but that of text. */
import { ContextError, generateSequences } from "../../models/index.ts";
import type { Drawing } from "../../svg/index.ts";
import {
  captionEnd,
  captionOpening,
  encodeTaskPrompt,
  type SvgTokenizer,
} from "../../tokenizer/index.ts";
import { type DrawOptions, type SvgGenerator, sequencesAtOnce } from "./drawer.ts";

/**
 * What a model says of a drawing.
 * @example
 * const print = ({ caption, complete }: DescribedDrawing) => (complete ? caption : `${caption} …`);
 */
export interface DescribedDrawing {
  readonly drawing: Drawing;
  readonly caption: string;
  /** False where the caption was cut off at its longest. */
  readonly complete: boolean;
  /** Tokens of the caption, with the one that ends it. */
  readonly ids: readonly number[];
}

/** How a caption is sampled; `maxTokens` is the longest, in tokens. */
export type DescribeOptions = Pick<
  DrawOptions,
  "sampling" | "seed" | "maxTokens" | "context" | "onProgress"
>;

/** Longer captions than any that data sets hold. */
const longestCaption = 1024;

/**
 * A caption of each drawing, by a model that was trained on `svg-to-text`.
 * @param drawings canonical under the tokenizer's options.
 * @throws ContextError naming a drawing that leaves no room for a caption.
 * @throws EncodeError where the tokenizer cannot hold a drawing.
 * @example
 * const { drawing } = parseDrawing(svg, tokenizer.canonical);
 * const sampling = { temperature: 0, topK: 0, topP: 1, repetitionPenalty: 1 };
 * const [said] = describeDrawings(new SvgGenerator(model, tokenizer), [drawing], {
 *   ...{ sampling, seed: 7, maxTokens: null },
 * });
 * console.log(said!.caption);
 */
export function describeDrawings(
  { model, tokenizer }: Pick<SvgGenerator, "model" | "tokenizer">,
  drawings: readonly Drawing[],
  options: DescribeOptions,
): DescribedDrawing[] {
  if (drawings.length === 0) return [];
  const context = options.context ?? model.config.contextLength;
  const prompts = drawings.map((drawing) => drawingPrompt(tokenizer, drawing));
  const room = prompts.map(({ length }, index) => {
    if (context - length >= 2) {
      return Math.min(context - length, options.maxTokens ?? longestCaption);
    }
    throw new ContextError(
      `drawing ${index + 1} takes ${length} tokens, which leave no room for a caption in a context of ${context}`,
    );
  });
  const end = captionEnd(tokenizer);
  const allowed = allowedIds(tokenizer);
  const sequences = generateSequences(model, prompts, {
    sampling: options.sampling,
    seeds: drawings.map((_, index) => `${options.seed}/${index}`),
    maxNewTokens: room,
    stopIds: [end],
    constraints: drawings.map(() => new TextConstraint(allowed, end)),
    atOnce: sequencesAtOnce(model.config, 1),
    onComplete: (count) => options.onProgress?.(count / drawings.length),
  });
  return sequences.map(({ ids }, index) => {
    const complete = ids.at(-1) === end;
    const said = complete ? ids.slice(0, -1) : ids;
    const caption = tokenizer.decodeText(said).trim();
    return { drawing: drawings[index]!, caption, complete, ids };
  });
}

/** All that stands before a caption. @throws EncodeError */
function drawingPrompt(tokenizer: SvgTokenizer, drawing: Drawing): readonly number[] {
  const tokens = tokenizer.encode(tokenizer.fit?.(drawing) ?? drawing);
  const { ids } = encodeTaskPrompt(tokenizer, "svg-to-text", { drawing: tokens });
  return [...ids, ...captionOpening(tokenizer).front];
}

/** By id, 1 for tokens of text. */
function allowedIds(tokenizer: SvgTokenizer): Uint8Array {
  const { size } = tokenizer.vocabulary;
  return Uint8Array.from({ length: size }, (_, id) => Number(tokenizer.isText(id)));
}

/** Text, and after its first token the end: no token of drawings, and none that controls. */
class TextConstraint {
  readonly #allowed: Uint8Array;
  readonly #end: number;
  #begun = false;
  done = false;

  constructor(allowed: Uint8Array, end: number) {
    this.#allowed = allowed;
    this.#end = end;
  }

  mask(logits: Float32Array): void {
    for (let id = 0; id < logits.length; id++) {
      const fits = id === this.#end ? this.#begun : this.#allowed[id] === 1;
      if (!fits) logits[id] = Number.NEGATIVE_INFINITY;
    }
  }

  accept(id: number): void {
    this.#begun = true;
    this.done = id === this.#end;
  }
}
