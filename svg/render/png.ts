/** Writes pictures as PNG files (W3C, Portable Network Graphics, third edition). */
import { deflateSync } from "node:zlib";
import type { Pixels } from "./pixels.ts";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function encodePng({ width, height, data }: Pixels): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, of colour and alpha; the rest has one choice.
  header.set([8, 6, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + 4 * width));
  for (let y = 0; y < height; y++) {
    // The first byte of a row is 0: no filter.
    const at = y * (1 + 4 * width) + 1;
    for (let i = 0; i < 4 * width; i += 4) unmultiply(data, 4 * width * y + i, rows, at + i);
  }
  return new Uint8Array(
    Buffer.concat([
      signature,
      chunk("IHDR", header),
      chunk("IDAT", deflateSync(rows)),
      chunk("IEND", Buffer.alloc(0)),
    ]),
  );
}

function unmultiply(from: Uint8Array, at: number, to: Buffer, into: number): void {
  const alpha = from[at + 3]!;
  for (let channel = 0; channel < 3; channel++) {
    const value = alpha === 0 ? 0 : Math.round((from[at + channel]! * 255) / alpha);
    to[into + channel] = Math.min(255, value);
  }
  to[into + 3] = alpha;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(content.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let remainder = n;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  }
  return remainder;
});

/** Node's own is not in every version that is supported. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
