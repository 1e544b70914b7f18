/** What a tokenizer makes of a file: how many tokens, whether they come back, how far it is off. */
import { isDeepStrictEqual } from "node:util";
import type { DrawingParser } from "../../data/index.ts";
import { type Drawing, parseDrawing } from "../../svg/index.ts";
import { RenderError } from "../../svg/render/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import { pixelError } from "./pixel-error.ts";

export interface RoundTrip {
  /** From the token that opens the drawing to the one that ends it; null where there is an error. */
  readonly tokens: number | null;
  /** Whether decoding gives the very drawing that was encoded; null where that was not tried. */
  readonly identical: boolean | null;
  /** Of the canonical drawing against the file, 0 to 1; null where that was not or cannot be measured. */
  readonly pixelError: number | null;
  /** What the canonical form left away, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Why the file cannot be tokenized. */
  readonly error: string | null;
}

export interface TokenizedDrawing {
  readonly drawing: Drawing;
  readonly ids: readonly number[];
  readonly dropped: Readonly<Record<string, number>>;
}

/** What text is set in; it is left out without. */
export interface TextSetting {
  readonly parse: DrawingParser;
  /** Font files' contents, for pictures of the source. */
  readonly fonts: readonly Uint8Array[];
}

const withoutText: TextSetting = { parse: parseDrawing, fonts: [] };

/** @throws SvgError, EncodeError */
export function tokenizeSvg(
  svg: string,
  tokenizer: SvgTokenizer,
  { parse }: TextSetting = withoutText,
): TokenizedDrawing {
  const { drawing, dropped } = parse(svg, tokenizer.canonical);
  return { drawing, ids: tokenizer.encode(drawing), dropped };
}

/**
 * Tokens of an SVG source, and whether it comes back; a source that cannot be read is told of in `error`.
 * @param measure decode again and compare the pixels, or only count.
 * @example
 * const { tokens, identical, pixelError } = roundTrip(svg, tokenizer, true);
 */
export function roundTrip(
  svg: string,
  tokenizer: SvgTokenizer,
  measure: boolean,
  setting: TextSetting = withoutText,
): RoundTrip {
  const counts = { tokens: null, identical: null, pixelError: null, dropped: {} };
  try {
    const { drawing, ids, dropped } = tokenizeSvg(svg, tokenizer, setting);
    const counted = { ...counts, tokens: ids.length, dropped, error: null };
    if (!measure) return counted;
    const identical = isDeepStrictEqual(tokenizer.decode(ids), drawing);
    return { ...counted, identical, pixelError: measuredError(svg, drawing, setting) };
  } catch (error) {
    return { ...counts, error: (error as Error).message };
  }
}

/** null where the renderer does not take the file, or in another aspect. */
function measuredError(svg: string, drawing: Drawing, { fonts }: TextSetting): number | null {
  try {
    return pixelError(svg, drawing, fonts);
  } catch (error) {
    if (error instanceof RenderError || error instanceof RangeError) return null;
    throw error;
  }
}
