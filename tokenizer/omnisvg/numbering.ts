/**
 * OmniSVG's token numbers (Yang et al. 2025, arXiv 2504.06263): five commands, a point of the 200 x
 * 200 canvas as one token, colours and arc parameters, all behind the vocabulary of a base model.
 *
 * Two numberings are public, one apart: that of the program that runs the published weights
 * (github.com/OmniSVG/OmniSVG, `config.yaml` with `tokenizer.py`), and that of the training program
 * (github.com/OpenVGLab/OmniSVG-train, `configs/tokenization.yaml`).
 */
import type { SpecialTokens } from "../core/vocabulary.ts";

export const canvas = 200;
export const arcParameters = 100;
const colors = 4096;

export interface OmniSvgOptions {
  /** Which published model's numbers; `own` puts the tokens right behind the captions'. */
  readonly model: "4B" | "8B" | "own";
  readonly numbering: "weights" | "training";
  /**
   * Rows of the base model's embedding, behind which the drawing's tokens begin; of `own` alone, for
   * a base whose embedding is longer than its vocabulary. The captions' tokens when left out.
   */
  readonly baseRows?: number;
}

export const defaultOmniSvgOptions: OmniSvgOptions = { model: "own", numbering: "weights" };

export interface OmniSvgNumbers {
  readonly size: number;
  readonly special: SpecialTokens;
  readonly moveto: number;
  readonly lineto: number;
  readonly curve: number;
  readonly arc: number;
  readonly close: number;
  /** + y * 200 + x. */
  readonly point: number;
  readonly none: number;
  readonly currentColor: number;
  /** + 12-bit colour, red in the upper four bits. */
  readonly color: number;
  /** + 0 to 99: degrees of rotation, and flags. */
  readonly parameter: number;
}

/** Sizes of the base models' vocabularies: Qwen2.5-VL of 3 and of 7 billion parameters. */
const baseSizes = { "4B": 151_936, "8B": 152_064 } as const;
const publishedSize = 197_000;
/** Of Qwen2.5's tokenizer, with its numbers. */
export const qwenMarks = { "<|endoftext|>": 151_643, "<|im_start|>": 151_644 } as const;

/** @param textSize number of the captions' tokens; must not exceed the base model's. */
export function omniSvgNumbers(options: OmniSvgOptions, textSize: number): OmniSvgNumbers {
  const own = options.model === "own";
  const base = options.model === "own" ? (options.baseRows ?? textSize) : baseSizes[options.model];
  if (textSize > base) {
    throw new RangeError(
      `the captions' ${textSize} tokens overlap the drawing's, which begin at ${base}`,
    );
  }
  const first = base + (options.numbering === "weights" ? 1 : 0);
  const end = first + 44_500 + arcParameters;
  return {
    size: own ? end + 2 : publishedSize,
    special: {
      // The two ids before the commands are not used in drawings.
      pad: own ? base : qwenMarks["<|endoftext|>"],
      bos: own ? base + 1 : qwenMarks["<|im_start|>"],
      // What OmniSVG calls begin and end stands around the drawing alone.
      drawing: own ? end : publishedSize - 2,
      eos: own ? end + 1 : publishedSize - 1,
    },
    moveto: first + 2,
    lineto: first + 3,
    curve: first + 4,
    arc: first + 5,
    close: first + 6,
    point: first + 7,
    none: first + 40_010,
    currentColor: first + 40_011,
    color: first + 40_012,
    parameter: first + 44_500,
  };
}

/** The drawing's tokens by number; ids between them are unused. */
export function omniSvgToken(numbers: OmniSvgNumbers, id: number): string | undefined {
  const { special, point, color, parameter } = numbers;
  const names: readonly (readonly [number, string])[] = [
    [special.pad, "pad"],
    [special.bos, "bos"],
    [special.drawing, "drawing"],
    [special.eos, "eos"],
    [numbers.moveto, "M"],
    [numbers.lineto, "L"],
    [numbers.curve, "C"],
    [numbers.arc, "A"],
    [numbers.close, "Z"],
    [numbers.none, "none"],
    [numbers.currentColor, "currentColor"],
  ];
  const named = names.find(([number]) => number === id);
  if (named !== undefined) return `<|${named[1]}|>`;
  if (id >= point && id < point + canvas * canvas) {
    return `<|${(id - point) % canvas},${Math.floor((id - point) / canvas)}|>`;
  }
  if (id >= color && id < color + colors) {
    return `<|#${(id - color).toString(16).padStart(3, "0")}|>`;
  }
  if (id >= parameter && id < parameter + arcParameters) return `<|arc:${id - parameter}|>`;
  return undefined;
}
