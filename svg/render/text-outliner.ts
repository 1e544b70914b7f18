/**
 * Sets text in fonts by resvg, which shapes it (kerning, ligatures, marks, right to left) and writes it as
 * paths. It runs in the renderer's thread, so that a font which does harm ends in an error, within a time.
 */
import type { TextOutliner } from "../text.ts";
import { FontError, FontFile } from "./font-file.ts";
import { RendererStartFault, RenderFault, RenderTimeout, renderSource } from "./renderer.ts";

/** A font by its file's bytes, and the name that errors call it by. */
export interface NamedFont {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * What a text costs is bounded before it is set (some seconds), so that only a font that does harm takes this
 * long; that ends in an error, as what a drawing holds must be no matter of the machine's speed.
 */
const longestMs = 300_000;
/** Characters, of which every font of letters has some. */
const tried = "AaНнΑα中あأא0.*";

/**
 * @param fonts TrueType or OpenType. A text takes the one of its family and style, else the first; characters
 *   that one lacks come from the others.
 * @throws FontError where one is no font, or nothing can be set in it; RendererStartFault where no thread
 *   starts to set it in, which is no font's fault
 * @example
 * const bytes = readFileSync("fonts/DejaVuSans.ttf");
 * const text = textOutliner([{ name: "DejaVuSans.ttf", bytes }]);
 * const { drawing } = parseDrawing(svg, { text });
 */
export function textOutliner(fonts: readonly NamedFont[]): TextOutliner {
  const files = fonts.map(({ name, bytes }) => new FontFile(bytes, name));
  if (files.length === 0) throw new FontError("no font is given");
  for (const [index, file] of files.entries()) tryFont(file, fonts[index]!.name);
  const bytes = files.map((file) => file.bytes);
  return {
    has: (codePoint) => files.some((file) => file.has(codePoint)),
    outline(source) {
      try {
        return outlined(source, bytes);
      } catch (error) {
        if (isOfSource(error)) return null;
        if (error instanceof RendererStartFault) throw error;
        const names = fonts.map(({ name }) => name).join(", ");
        throw new FontError(`${names}: text cannot be set: ${(error as Error).message}`);
      }
    },
  };
}

function isOfSource(error: unknown): error is RenderFault {
  const isOfOthers = error instanceof RendererStartFault || error instanceof RenderTimeout;
  return error instanceof RenderFault && !isOfOthers;
}

function outlined(svg: string, fonts: readonly Uint8Array[]): string {
  const request = { svg, size: undefined, background: undefined, fonts, want: "outlines" } as const;
  return new TextDecoder().decode(renderSource(request, longestMs).data);
}

/** @throws FontError */
function tryFont(file: FontFile, name: string): void {
  const letter = [...tried].find((each) => file.has(each.codePointAt(0)!));
  // A font of symbols alone is tried as it is used.
  if (letter === undefined) return;
  const text = `<text y="50" font-size="50">${letter}</text>`;
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">${text}</svg>`;
  try {
    if (outlined(source, [file.bytes]).includes("<path")) return;
  } catch (error) {
    if (error instanceof RendererStartFault) throw error;
    const { message } = error as Error;
    throw new FontError(`${name}: nothing can be set in this font: ${message}`);
  }
  throw new FontError(`${name}: the font has no outlines, or is damaged`);
}
