/** What can be wrong with a source or a drawing; `SvgError.code` is one of these. */
import { PathloomError } from "../errors/index.ts";

export type SvgErrorCode =
  /** The bytes are no text in the encoding that they claim. */
  | "encoding"
  /** The text is no well-formed XML. */
  | "xml"
  /** The outermost element is not `svg`. */
  | "root"
  /** The drawing has no area. */
  | "view-box"
  /** The source exceeds one of the bounds in `limits.ts`. */
  | "limit"
  /** Under `strict`: the source holds what the canonical form cannot. */
  | "strict"
  /** An option is out of its range. */
  | "option";

/**
 * Thrown for a source that cannot be read. The message says where and what to do.
 * @example
 * try {
 *   parseDrawing("<svg", { file: "broken.svg" });
 * } catch (error) {
 *   if (!(error instanceof SvgError)) throw error;
 *   console.error(error.code, error.message);
 * }
 */
export class SvgError extends PathloomError {
  override readonly name: string = "SvgError";
  override readonly code: SvgErrorCode;
  /** As the caller named the source; null when it did not. */
  readonly file: string | null;
  /** 1-based; null where no place in a source is at fault. */
  readonly line: number | null;
  /** 1-based, in UTF-16 units; null where no place in a source is at fault. */
  readonly column: number | null;

  constructor(
    code: SvgErrorCode,
    message: string,
    place: { file?: string | null; line?: number; column?: number } = {},
  ) {
    const { file = null, line = null, column = null } = place;
    const where = [file, line, column].filter((part) => part !== null).join(":");
    super(where === "" ? message : `${where}: ${message}`);
    this.code = code;
    this.file = file;
    this.line = line;
    this.column = column;
  }
}
