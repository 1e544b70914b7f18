/** Sums of a file by blocks, made while it is written and compared while it is read. */
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  AlteredBytes,
  BLOCK_BYTES,
  BlockSummer,
  VerifiedReader,
} from "../../checkpoints/files/block-sums.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Two blocks and a half. */
const size = 2.5 * BLOCK_BYTES;
const content = Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) % 251);
const file = join(temporaryFolder(), "file");
writeFileSync(file, content);

function sumsOf(pieces: number) {
  const summer = new BlockSummer();
  const length = Math.ceil(size / pieces);
  for (let at = 0; at < size; at += length) summer.add(content.subarray(at, at + length));
  return summer.sums();
}

test("the sums do not depend on the pieces in which a file is written", () => {
  for (const pieces of [2, 3, 1000]) assert.equal(sumsOf(pieces), sumsOf(1));
  assert.is(sumsOf(1).blocks.length, 3);
  assert.equal(new BlockSummer().sums(), { bytes: 0, blocks: [] });
});

test("any range reads as it was written, in any order, beyond the end too", () => {
  const descriptor = openSync(file, "r");
  const reader = new VerifiedReader(descriptor, sumsOf(1));
  const place = fc.integer({ min: 0, max: size + 10 });
  fc.assert(
    fc.property(place, fc.oneof(fc.integer({ min: 0, max: 100 }), place), (start, length) => {
      const target = new Uint8Array(length);
      const count = reader.read(target, start);
      assert.is(count, Math.max(0, Math.min(length, size - start)));
      const expected = content.subarray(start, start + count);
      assert.is(Buffer.compare(target.subarray(0, count), expected), 0);
    }),
    { numRuns: 60 },
  );
  closeSync(descriptor);
});

test("a flipped bit is found by whatever read touches its block, and by no other", () => {
  const at = BLOCK_BYTES + 1000;
  const altered = readFileSync(file);
  altered[at]! ^= 1;
  const path = join(temporaryFolder(), "altered");
  writeFileSync(path, altered);
  const descriptor = openSync(path, "r");
  const touches = (start: number, length: number) => {
    const reader = new VerifiedReader(descriptor, sumsOf(1));
    try {
      reader.read(new Uint8Array(length), start);
      return false;
    } catch (error) {
      if (!(error instanceof AlteredBytes)) throw error;
      assert.equal([error.start, error.end], [BLOCK_BYTES, 2 * BLOCK_BYTES]);
      return true;
    }
  };
  assert.equal(
    [
      touches(0, BLOCK_BYTES),
      touches(2 * BLOCK_BYTES, 8),
      touches(at, 1),
      touches(BLOCK_BYTES, 1),
      touches(0, size),
      touches(BLOCK_BYTES - 1, 2),
      touches(2 * BLOCK_BYTES - 1, 2),
    ],
    [false, false, true, true, true, true, true],
  );
  closeSync(descriptor);
});

test("a file that was shortened reads as far as it goes", () => {
  const path = join(temporaryFolder(), "short");
  writeFileSync(path, content.subarray(0, BLOCK_BYTES + 100));
  const descriptor = openSync(path, "r");
  const reader = new VerifiedReader(descriptor, sumsOf(1));
  assert.is(reader.read(new Uint8Array(size), 0), BLOCK_BYTES + 100);
  assert.is(reader.read(new Uint8Array(50), BLOCK_BYTES + 80), 20);
  assert.is(reader.read(new Uint8Array(50), BLOCK_BYTES + 200), 0);
  closeSync(descriptor);
});

test.run();
