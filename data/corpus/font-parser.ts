/** Reads drawings whose text is set in font files; threads open the fonts by their names. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ParsedDrawing, parseDrawing } from "../../svg/index.ts";
import { FontError, textOutliner } from "../../svg/render/index.ts";
import type { DrawingParser } from "./read-or-refuse.ts";

/** A font file, and what it held when its name was first read. */
export interface FontAt {
  readonly file: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Opens each, so that one that is none is told before the drawings are read.
 * @throws FontError
 * @example
 * const parse = parserWith(fontsAt(["fonts/DejaVuSans.ttf"]));
 * const corpus = await readCorpus(source, { canonical, parse, heldOut: 0.05 });
 */
export function fontsAt(files: readonly string[]): FontAt[] {
  const fonts = files.map((file) => ({ file, sha256: sumOf(bytesOf(file)) }));
  parserWith(fonts);
  return fonts;
}

let opened: { readonly key: string; readonly parse: DrawingParser } | null = null;

/** Leaves text out, and counts it, where no fonts are given. @throws FontError */
export function parserWith(fonts: readonly FontAt[]): DrawingParser {
  if (fonts.length === 0) return parseDrawing;
  const key = JSON.stringify(fonts);
  if (opened?.key !== key) opened = { key, parse: parserOf(fonts) };
  return opened.parse;
}

function parserOf(fonts: readonly FontAt[]): DrawingParser {
  const text = textOutliner(
    fonts.map(({ file, sha256 }) => {
      const bytes = bytesOf(file);
      if (sumOf(bytes) !== sha256) throw new FontError(`${file}: the font was changed meanwhile`);
      return { name: file, bytes };
    }),
  );
  return (svg, options): ParsedDrawing => parseDrawing(svg, { ...options, text });
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new FontError(`${file}: the font cannot be read: ${(error as Error).message}`);
  }
}

function sumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
