/** The text of a drawing, with the errors that point into it. */
import { SvgError, type SvgErrorCode } from "../errors.ts";

export class Source {
  readonly text: string;
  readonly file: string | null;

  constructor(text: string, file: string | null) {
    this.text = text;
    this.file = file;
  }

  error(code: SvgErrorCode, message: string, offset: number): SvgError {
    return new SvgError(code, message, { file: this.file, ...placeOf(this.text, offset) });
  }
}

/** The 1-based line and column of an offset; CR LF, LF and CR each end a line. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  const end = Math.min(offset, text.length);
  for (let i = 0; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) {
      line++;
      start = i + 1;
    }
  }
  return { line, column: end - start + 1 };
}
