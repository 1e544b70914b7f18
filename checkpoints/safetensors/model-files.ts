/**
 * A model's weights in a folder: one `model.safetensors`, or shards and their index. Both are read
 * and written here as one set of tensors.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeFileAtomically } from "../files/atomic-file.ts";
import type { BlockSums, SumsOf } from "../files/block-sums.ts";
import { guardStorage } from "../files/storage-error.ts";
import { tensorBytes } from "./dtype.ts";
import { SafetensorsError } from "./error.ts";
import { SafetensorsFile } from "./reader.ts";
import {
  MAX_INDEX_BYTES,
  parseShardIndex,
  printShardIndex,
  type WeightMap,
} from "./shard-index.ts";
import type { ElementRange, ReadOptions, Tensor, TensorInfo, TensorReader } from "./tensor.ts";
import { writeSafetensors } from "./writer.ts";

/** The default limit of a shard, that of `transformers`: 5 GB. */
const DEFAULT_SHARD_BYTES = 5_000_000_000;

const METADATA = { format: "pt" } as const;

export interface WriteModelOptions {
  /** Largest sum of a file's tensors; a single larger tensor has a file of its own. */
  readonly maxShardBytes?: number;
  /** The first part of the names: "model", "adapter_model". */
  readonly stem?: string;
}

/**
 * Writes tensors to `<stem>.safetensors`, or, beyond the limit, to `<stem>-00001-of-0000N.safetensors`
 * and so on in the order given, with the index last.
 * @returns the sums of each file
 * @throws {SafetensorsError} for tensors that `writeSafetensors` refuses
 * @throws {StorageError} when the disk refuses
 */
export function writeSafetensorsModel(
  folder: string,
  tensors: Iterable<Tensor>,
  { maxShardBytes = DEFAULT_SHARD_BYTES, stem = "model" }: WriteModelOptions = {},
): Map<string, BlockSums> {
  const { shards, totalBytes } = planShards(folder, tensors, maxShardBytes);
  if (shards.length <= 1) {
    const name = `${stem}.safetensors`;
    return new Map([[name, writeSafetensors(join(folder, name), shards[0] ?? [], METADATA)]]);
  }
  const sums = new Map<string, BlockSums>();
  const weights = new Map<string, string>();
  const digits = (number: number) => String(number).padStart(5, "0");
  shards.forEach((shard, index) => {
    const file = `${stem}-${digits(index + 1)}-of-${digits(shards.length)}.safetensors`;
    for (const { name } of shard) {
      if (weights.has(name)) {
        throw new SafetensorsError("duplicate-name", folder, "two tensors of this name", name);
      }
      weights.set(name, file);
    }
    sums.set(file, writeSafetensors(join(folder, file), shard, METADATA));
  });
  const index = `${stem}.safetensors.index.json`;
  const text = printShardIndex(weights, totalBytes);
  sums.set(
    index,
    writeFileAtomically(join(folder, index), (sink) => sink.write(text)),
  );
  return sums;
}

function planShards(folder: string, tensors: Iterable<Tensor>, maxShardBytes: number) {
  const shards: Tensor[][] = [];
  let totalBytes = 0;
  let room = 0;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor.dtype, tensor.shape);
    if (typeof bytes === "string") {
      const reason = `${tensor.dtype} of shape [${tensor.shape}] is ${bytes}`;
      throw new SafetensorsError(bytes, folder, reason, tensor.name);
    }
    const last = shards.at(-1);
    if (last !== undefined && bytes <= room) {
      last.push(tensor);
      room -= bytes;
    } else {
      shards.push([tensor]);
      room = maxShardBytes - bytes;
    }
    totalBytes += bytes;
  }
  return { shards, totalBytes };
}

/**
 * Opens the weights at `path`: a safetensors file, an index, or a folder with `<stem>.safetensors`
 * or `<stem>.safetensors.index.json`. Headers are validated at once, data are read when asked for.
 * @param sumsOf what the files were saved with, compared as they are read
 * @throws {SafetensorsError} when a file is malformed, or a shard or one of its tensors is missing
 * @throws {StorageError} when there is no such file, or it cannot be read
 */
export function openSafetensors(
  path: string,
  stem = "model",
  sumsOf: SumsOf = unknownSums,
): TensorReader {
  const isFolder = guardStorage(path, "read this", "read", () => statSync(path).isDirectory());
  if (!isFolder) {
    return path.endsWith(".json")
      ? ShardedModel.open(path, sumsOf)
      : SafetensorsFile.open(path, sumsOf(basename(path)));
  }
  const index = join(path, `${stem}.safetensors.index.json`);
  const single = join(path, `${stem}.safetensors`);
  return existsSync(index) && !existsSync(single)
    ? ShardedModel.open(index, sumsOf)
    : SafetensorsFile.open(single, sumsOf(basename(single)));
}

const unknownSums: SumsOf = () => undefined;

/** A model of several files, read through its index. */
class ShardedModel implements TensorReader {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly #files: ReadonlyMap<string, SafetensorsFile>;
  readonly #weights: WeightMap;
  readonly #index: string;

  private constructor(index: string, weights: WeightMap, files: Map<string, SafetensorsFile>) {
    this.#index = index;
    this.#weights = weights;
    this.#files = files;
    this.tensors = collectTensors(index, weights, files);
    this.metadata = new Map([...files.values()].flatMap(({ metadata }) => [...metadata]));
  }

  static open(index: string, sumsOf: SumsOf): ShardedModel {
    const weights = readIndex(index);
    const files = new Map<string, SafetensorsFile>();
    try {
      for (const shard of new Set(weights.values())) {
        const path = join(dirname(index), shard);
        if (!existsSync(path)) {
          const reason = `the shard ${shard} is missing from its folder; download or copy it again`;
          throw new SafetensorsError("shard", index, reason);
        }
        files.set(shard, SafetensorsFile.open(path, sumsOf(shard)));
      }
      return new ShardedModel(index, weights, files);
    } catch (error) {
      for (const file of files.values()) file.close();
      throw error;
    }
  }

  read(name: string, range?: ElementRange): Uint8Array<ArrayBuffer> {
    return this.#fileOf(name).read(name, range);
  }

  readInto(name: string, target: Uint8Array, range?: ElementRange): void {
    this.#fileOf(name).readInto(name, target, range);
  }

  readFloat32(name: string, options?: ReadOptions): Float32Array {
    return this.#fileOf(name).readFloat32(name, options);
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }

  #fileOf(name: string): SafetensorsFile {
    const file = this.#files.get(this.#weights.get(name) ?? "");
    if (file !== undefined) return file;
    const reason = `the index has no such tensor among its ${this.#weights.size}`;
    throw new SafetensorsError("tensor-not-found", this.#index, reason, name);
  }
}

function readIndex(path: string): WeightMap {
  const bytes = guardStorage(path, "read this file", "read", () => {
    const { size } = statSync(path);
    if (size > MAX_INDEX_BYTES) {
      const reason = `the index has ${size} bytes, more than the ${MAX_INDEX_BYTES} allowed`;
      throw new SafetensorsError("index", path, reason);
    }
    return readFileSync(path);
  });
  return parseShardIndex(path, bytes);
}

function collectTensors(
  index: string,
  weights: WeightMap,
  files: ReadonlyMap<string, SafetensorsFile>,
): Map<string, TensorInfo> {
  const tensors = new Map<string, TensorInfo>();
  for (const [name, shard] of weights) {
    const info = files.get(shard)?.tensors.get(name);
    if (info === undefined) {
      const reason = `${basename(index)} places it in ${shard}, which does not have it`;
      throw new SafetensorsError("shard", index, reason, name);
    }
    tensors.set(name, info);
  }
  return tensors;
}
