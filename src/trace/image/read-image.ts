/**
 * Reads PNG, JPEG and WebP by sharp. Files come from anywhere: what is no such image by its first
 * bytes is refused unread, what says it is too large before it is decoded, and what breaks off or takes
 * too long while it is.
 */
import { readFileSync, statSync } from "node:fs";
import { TraceError, type TraceFault } from "../errors.ts";

/** Bytes of a file. */
const maxFileBytes = 2 ** 26;
/** Pixels that an image may say it has: 8,192 squared. */
const maxPixels = 2 ** 26;
const maxSeconds = 20;

/** Four bytes a pixel: red, green, blue and alpha, not premultiplied. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * @param source a file, or its bytes
 * @param size of the longer side, in pixels, that the image is brought to, up or down
 * @param name of the image in messages; the file itself unless given
 * @throws TraceError for a file that is no such image, damaged or out of bounds
 */
export async function readImage(
  source: string | Uint8Array,
  size: number,
  name = typeof source === "string" ? source : "image",
): Promise<DecodedImage> {
  const bytes = typeof source === "string" ? readImageFile(source, name) : source;
  if (bytes.length > maxFileBytes) throw tooLarge(name, bytes.length);
  if (formatOf(bytes) === null) {
    throw new TraceError(`${name}: no PNG, JPEG or WebP image by its first bytes`);
  }
  const { default: sharp } = await loadSharp();
  try {
    const open = () =>
      sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" }).timeout({
        seconds: maxSeconds,
      });
    // Pixels that are clear weigh nothing where sizes change, which rounds; what has none is spared that.
    const clear = (await open().metadata()).hasAlpha && !(await open().stats()).isOpaque;
    const image = (clear ? open() : open().flatten())
      .autoOrient()
      .toColourspace("srgb")
      .ensureAlpha()
      .resize({ width: size, height: size, fit: "inside", kernel: "mitchell" })
      .raw({ depth: "uchar" });
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels === 4) return { width, height, data: new Uint8Array(data) };
    throw new Error(`${channels} channels a pixel`);
  } catch (error) {
    const [line = ""] = String((error as Error).message).split("\n");
    throw new TraceError(`${name}: cannot be read as an image: ${line}`, {
      cause: error,
      fault: faultOfSharp(line),
    });
  }
}

/** Its errors have no codes; these two depend on how busy the machine is. */
export function faultOfSharp(message: string): TraceFault {
  return /^timeout\b|out of memory|cannot allocate/i.test(message) ? "machine" : "image";
}

/** @throws TraceError for what is no file, cannot be read, or is larger than images may be */
export function readImageFile(file: string, name = file): Uint8Array {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw new TraceError(`${name}: no file`);
    if (stats.size > maxFileBytes) throw tooLarge(name, stats.size);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof TraceError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new TraceError(`${name}: cannot be read: ${code ?? String(error)}`, {
      cause: error,
      fault: "machine",
    });
  }
}

function tooLarge(name: string, bytes: number): TraceError {
  return new TraceError(`${name}: ${bytes} bytes; images of up to ${maxFileBytes} are read`);
}

export type ImageFormat = "png" | "jpeg" | "webp";

/** By the first bytes; null for anything else. */
export function formatOf(bytes: Uint8Array): ImageFormat | null {
  const starts = (text: string, at = 0) =>
    bytes.length >= at + text.length &&
    [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
  if (starts("\u0089PNG\r\n\u001a\n")) return "png";
  if (starts("\u00ff\u00d8\u00ff")) return "jpeg";
  return starts("RIFF") && starts("WEBP", 8) ? "webp" : null;
}

/** It is heavy, and an installation may lack it. */
async function loadSharp() {
  try {
    return await import("sharp");
  } catch (error) {
    throw new TraceError("images are read by sharp, which is not installed: npm install sharp", {
      cause: error,
      fault: "program",
    });
  }
}

/** @throws TraceError where sharp is not installed, before the first image is asked for */
export async function openDecoder(): Promise<void> {
  await loadSharp();
}
