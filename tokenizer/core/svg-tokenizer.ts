/**
 * What the three tokenizers (`path`, `semantic`, `text`) have in common: a drawing becomes a
 * list of token ids and comes back unchanged.
 */
import { PathloomError } from "../../errors/index.ts";
import type { CanonicalOptions, Drawing } from "../../svg/index.ts";
import type { Automaton } from "./automaton.ts";
import type { TaskTemplates } from "./tasks.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Turns drawings into token ids and back without loss, and captions into ids before them.
 * @example
 * const tokenizer: SvgTokenizer = createPathTokenizer();
 * const { drawing } = parseDrawing(svg, tokenizer.canonical);
 * const ids = tokenizer.encode(drawing);
 * console.log(drawingsEqual(tokenizer.decode(ids), drawing));
 */
export interface SvgTokenizer {
  readonly name: "path" | "semantic" | "text";
  /** `encode` takes drawings that are canonical under these options; `decode` yields such. */
  readonly canonical: CanonicalOptions;
  readonly vocabulary: Vocabulary;

  /**
   * The drawing's tokens, from the one that opens a drawing to the one that ends it, both included.
   * @throws EncodeError when the drawing is not canonical under `canonical`.
   */
  encode(drawing: Drawing): number[];

  /**
   * The inverse of {@link encode}: `decode(encode(d))` equals `d`.
   * @throws DecodeError with the position of the first token that does not fit.
   */
  decode(ids: ArrayLike<number>): Drawing;

  /**
   * The nearest drawing that {@link encode} takes, for a vocabulary that cannot hold every canonical
   * one; absent where it can.
   */
  fit?(drawing: Drawing): Drawing;

  /**
   * Ids of the caption, or of any text that stands before a drawing. It is data: a token of the base
   * tokenizer that it spells, as `<|endoftext|>`, is written as text.
   * @param around what stands before and after it, where such tokens are meant.
   */
  encodeText(text: string, around?: TextAround): number[];
  decodeText(ids: ArrayLike<number>): string;

  /**
   * A drawing's tokens where it is given within a text: without one that would end a turn of a chat.
   * {@link decode} reads them, too. As `encode` has them where it is absent.
   * @param before the text that they follow.
   */
  asGiven?(tokens: ArrayLike<number>, before: string): number[];

  /** As {@link encodeText}, without the words that the tokenizer itself has around captions. */
  encodePlain(text: string, around?: TextAround): number[];
  /** Whether a text that is data may be written with this token. */
  isText(id: number): boolean;
  /** The texts around what each task gives and asks for; nothing is around them where it is absent. */
  readonly templates?: TaskTemplates;

  /**
   * What the drawing's tokens mean to one another, for embeddings that begin in order; absent where
   * they have no such meaning.
   */
  readonly structure?: TokenStructure;

  /**
   * A drawing's tokens in two: those of its first elements, from the one that opens a drawing, and the
   * rest. Null where the first are written otherwise when they stand alone, as under a common look.
   * @throws EncodeError as {@link encode}.
   */
  split(drawing: Drawing, elements: number): SplitDrawing | null;
  /**
   * Whether a token leaves the elements before it as they are: it begins another, or ends the drawing.
   * @param given tokens of whole elements, as {@link split} gives them.
   */
  leaves(given: readonly number[], id: number): boolean;

  /** The grammar of {@link encode}'s output, to mask logits with. */
  automaton(): Automaton;

  /** Reads one drawing as its tokens come; absent where only whole drawings can be read. */
  progress?(): DrawingProgress;

  /** Everything needed to build this tokenizer again, as JSON. */
  toJSON(): unknown;
}

/** Both together decode to the drawing. */
export interface SplitDrawing {
  readonly given: readonly number[];
  readonly rest: readonly number[];
}

/** A drawing whose tokens are still coming. */
export interface DrawingProgress {
  /**
   * Reads the next token.
   * @returns index of the top-level element that it belongs to; null for those around all elements.
   * @throws DecodeError where it does not fit.
   */
  take(id: number): number | null;
  /** Top-level elements that no further token changes. */
  readonly settled: number;
  /** What is there so far: of an open element as much as can be seen of it. */
  readonly drawing: Drawing;
}

export interface TokenStructure {
  /** Consecutive ids that stand for rising numbers. */
  readonly numbers: readonly { readonly firstId: number; readonly count: number }[];
  /** Of ids that stand for runs of others, the run. */
  readonly runs: ReadonlyMap<number, readonly number[]>;
}

/** Texts of the program's own around a caption. */
export interface TextAround {
  readonly before: string;
  readonly after: string;
}

/**
 * A drawing that is not canonical under the tokenizer's options.
 * @example
 * try {
 *   tokenizer.encode(drawing);
 * } catch (error) {
 *   if (!(error instanceof EncodeError)) throw error;
 *   tokenizer.encode(canonicalise(drawing, tokenizer.canonical));
 * }
 */
export class EncodeError extends PathloomError {
  override readonly name: string = "EncodeError";
  override readonly code: string = "ERR_ENCODE";
}

/**
 * Token ids that are no drawing, with the position of the first that does not fit.
 * @example
 * try {
 *   tokenizer.decode([0, 1, 2]);
 * } catch (error) {
 *   if (!(error instanceof DecodeError)) throw error;
 *   console.error(`token ${error.position}: ${error.message}`);
 * }
 */
export class DecodeError extends PathloomError {
  override readonly name: string = "DecodeError";
  override readonly code: string = "ERR_DECODE";
  /** Index into the ids of the first token that does not fit. */
  readonly position: number;
  /** The message without the position. */
  readonly reason: string;

  constructor(message: string, position: number) {
    super(`token ${position}: ${message}`);
    this.reason = message;
    this.position = position;
  }
}
