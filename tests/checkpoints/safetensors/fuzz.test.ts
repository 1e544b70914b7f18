/**
 * Ten thousand damaged headers and indexes, by a fixed seed; PATHLOOM_FUZZ=50 for fifty times as many.
 * Each is refused with a typed error, or read exactly as an independent reading of its header says;
 * none makes the reader allocate more than the files' size.
 */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  openSafetensors,
  SafetensorsError,
  SafetensorsFile,
  writeSafetensorsModel,
} from "../../../checkpoints/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { mutate } from "./mutate.ts";

const times = Number(process.env.PATHLOOM_FUZZ ?? 1);
const HEADERS = 8_000 * times;
const INDEXES = 2_000 * times;

/** What the reader itself needs per file beside the tensors: prefix, decoder, a margin for Node. */
const ALLOCATION_MARGIN = 4_096;

const golden = join(import.meta.dirname, "../../golden/safetensors/dtypes.safetensors");

interface Tally {
  read: number;
  readonly refused: Map<string, number>;
}

/** Opens and reads all tensors. @returns undefined when the file was refused, with its code. */
function readAll(path: string, tally: Tally): Map<string, Uint8Array> | undefined {
  try {
    const reader = openSafetensors(path);
    const tensors = new Map([...reader.tensors.keys()].map((name) => [name, reader.read(name)]));
    reader.close();
    tally.read++;
    return tensors;
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    tally.refused.set(error.code, (tally.refused.get(error.code) ?? 0) + 1);
    return undefined;
  }
}

/** The tensors' bytes by JSON.parse and slicing: no code shared with the reader. */
function readIndependently(file: Buffer): Map<string, Uint8Array> {
  const length = Number(file.readBigUInt64LE(0));
  const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(
    file.toString("utf8", 8, 8 + length),
  );
  const data = file.subarray(8 + length);
  const tensors = Object.entries(header).filter(([name]) => name !== "__metadata__");
  const covered = tensors.reduce(
    (
      sum,
      [
        ,
        {
          data_offsets: [a, b],
        },
      ],
    ) => sum + b - a,
    0,
  );
  assert.is(covered, data.byteLength, "the tensors cover the data");
  return new Map(
    tensors.map(([name, { data_offsets: offsets }]) => [
      name,
      Uint8Array.from(data.subarray(...offsets)),
    ]),
  );
}

const byName = (tensors: Map<string, Uint8Array>) =>
  [...tensors].sort(([left], [right]) => (left < right ? -1 : 1));

test(`${HEADERS} damaged headers`, () => {
  const random = seedrandom("safetensors headers");
  const original = readFileSync(golden);
  const path = join(temporaryFolder(), "damaged.safetensors");
  const tally: Tally = { read: 0, refused: new Map() };
  let largest = 0;
  for (let round = 0; round < HEADERS; round++) {
    const damaged = mutate(original, 8 + Number(original.readBigUInt64LE(0)), random);
    writeFileSync(path, damaged);
    const before = process.memoryUsage().arrayBuffers;
    const tensors = readAll(path, tally);
    const allocated = process.memoryUsage().arrayBuffers - before;
    // The header once, and the tensors once: together no more than the file.
    largest = Math.max(largest, allocated - damaged.byteLength);
    if (tensors !== undefined) {
      assert.equal(byName(tensors), byName(readIndependently(damaged)), `round ${round}`);
    }
  }
  assert.ok(largest <= ALLOCATION_MARGIN, `allocated ${largest} bytes more than the file`);
  assert.ok(tally.read > 100, `only ${tally.read} were read`);
  for (const code of ["header-length", "header-json", "header-schema", "offsets", "incomplete"]) {
    assert.ok((tally.refused.get(code) ?? 0) > 10, `${code} was hardly reached`);
  }
});

test(`${INDEXES} damaged indexes`, () => {
  const random = seedrandom("safetensors indexes");
  const folder = join(temporaryFolder(), "model");
  mkdirSync(folder);
  const data = Float32Array.of(1, 2, 3);
  const names = ["wte.weight", "h.0.weight", "h.1.weight", "ln_f.weight"];
  writeSafetensorsModel(
    folder,
    names.map((name) => ({ name, dtype: "F32", shape: [3], data })),
    { maxShardBytes: 24 },
  );
  const index = join(folder, "model.safetensors.index.json");
  const original = readFileSync(index);
  const shards = readdirSync(folder).filter((name) => name.endsWith(".safetensors"));
  const ofShards = shards.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const tally: Tally = { read: 0, refused: new Map() };
  for (let round = 0; round < INDEXES; round++) {
    const damaged = mutate(original, original.byteLength, random);
    writeFileSync(index, damaged);
    const before = process.memoryUsage().arrayBuffers;
    const tensors = readAll(folder, tally);
    const allocated = process.memoryUsage().arrayBuffers - before;
    const limit = damaged.byteLength + ofShards + (shards.length + 1) * ALLOCATION_MARGIN;
    assert.ok(allocated <= limit, `round ${round} allocated ${allocated}, allowed are ${limit}`);
    if (tensors === undefined) continue;
    const { weight_map: weights } = JSON.parse(damaged.toString("utf8"));
    assert.equal([...tensors.keys()].sort(), Object.keys(weights).sort(), `round ${round}`);
    for (const bytes of tensors.values()) assert.equal(bytes, new Uint8Array(data.buffer));
  }
  assert.ok(tally.read > 50, `only ${tally.read} were read`);
  for (const code of ["index", "shard"]) {
    assert.ok((tally.refused.get(code) ?? 0) > 50, `${code} was hardly reached`);
  }
});

test("a file of claims costs what it weighs", () => {
  const folder = temporaryFolder();
  const path = join(folder, "claims.safetensors");
  copyFileSync(golden, path);
  const claims = readFileSync(path);
  claims.writeBigUInt64LE(99_999_999n, 0);
  writeFileSync(path, claims);
  const before = process.memoryUsage().arrayBuffers;
  assert.throws(() => SafetensorsFile.open(path), /claims 99999999 bytes/);
  assert.ok(process.memoryUsage().arrayBuffers - before < statSync(path).size);
});

test.run();
