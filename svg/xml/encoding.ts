/** Decodes a document's bytes (XML 1.0, appendix F). */
import { SvgError } from "../errors.ts";
import { maxSourceLength } from "../limits.ts";
import { Source } from "./source.ts";

/** @throws SvgError `encoding` where the bytes are not in the encoding that they claim. */
export function readSource(source: string | Uint8Array, file: string | null): Source {
  if (source.length > maxSourceLength) {
    throw new SvgError("limit", `the source is longer than ${maxSourceLength} bytes`, { file });
  }
  return new Source(typeof source === "string" ? source : decodeSvg(source, file), file);
}

/**
 * The text of a document: by its byte order mark, else by its XML declaration, else as UTF-8.
 *
 * @throws SvgError `encoding` where the bytes are not in the encoding that they claim
 */
export function decodeSvg(bytes: Uint8Array, file: string | null = null): string {
  const label = encodingOf(bytes);
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(label, { fatal: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new SvgError("encoding", `unknown encoding "${label}": save the file as UTF-8`, { file });
  }
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const place = faultPlace(bytes, label);
    throw new SvgError("encoding", `the bytes are no ${label}: save the file as UTF-8`, {
      file,
      ...place,
    });
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a === 0x3c && b === 0 && d === 0 && c !== undefined) return "utf-16le";
  if (a === 0 && b === 0x3c && c === 0) return "utf-16be";
  if (a !== 0x3c || b !== 0x3f) return "utf-8";
  const head = String.fromCharCode(...bytes.subarray(0, 256));
  const declared = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(head)?.[1];
  // A declaration that could be read byte by byte is in no encoding of two.
  return declared === undefined || /^(utf-?16|ucs-?2)/i.test(declared) ? "utf-8" : declared;
}

/** The place of the first character that stands for bytes which are none. */
function faultPlace(bytes: Uint8Array, label: string): { line: number; column: number } {
  const text = new TextDecoder(label).decode(bytes);
  const fault = text.indexOf("\ufffd");
  const before = text.slice(0, Math.max(fault, 0)).split(/\r\n|\n|\r/);
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
