/** Images to trace, made of icons and by hand. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";
import { resolveConfig } from "../../src/config/index.ts";
import type { TraceSettings } from "../../src/trace/index.ts";
import { encodePng, renderPixels } from "../../svg/render/index.ts";
import { createPathTokenizer } from "../../tokenizer/index.ts";

const require = createRequire(import.meta.url);

export const tokenizer = createPathTokenizer({});

export function settingsOf(trace: Partial<TraceSettings>): TraceSettings {
  return resolveConfig({ trace: { size: 128, ...trace } }).trace;
}

/** @param path within the package, whose name is its first two parts or its first. */
export function iconSource(path: string): string {
  const [, name = "", file = ""] = /^((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(path) ?? [];
  const folder = dirname(require.resolve(`${name}/package.json`));
  return readFileSync(join(folder, file), "utf8").replaceAll("currentColor", "#000");
}

/**
 * In the size that it is traced in, as rounding treats light and dark differently where sizes change.
 * @param invert every channel: what is dark on light becomes light on dark.
 */
export function iconImage(svg: string, background: string, invert = false): Uint8Array {
  const pixels = renderPixels(svg, { size: 128, background });
  if (!invert) return encodePng(pixels);
  const data = pixels.data.map((value, i) => (i % 4 === 3 ? value : 255 - value));
  return encodePng({ ...pixels, data });
}

/** A PNG whose header says one size, with rows for another. */
export function lyingPng(width: number, height: number, rows: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const framed = Buffer.alloc(content.length + 12);
  framed.writeUInt32BE(content.length, 0);
  framed.write(type, 4, "latin1");
  content.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, content.length + 8)), content.length + 8);
  return framed;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
