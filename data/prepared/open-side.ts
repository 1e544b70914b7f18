/** The shards of one side of a prepared set as one data set, of which tokens stay on the disk. */
import { readFileSync } from "node:fs";
import { type DatasetSplits, type Indexed, TokenDataset } from "../dataset/dataset.ts";
import type { TokenArray, TokenRows } from "../dataset/token-table.ts";
import { Shard } from "./shard.ts";

export interface ShardFiles {
  readonly shard: string;
  /** The ids of its samples, a JSON text a line. */
  readonly ids: string;
}

/** @param emptyPrompt the prompt of an empty caption. @throws SafetensorsError, StorageError */
export function openSide(files: readonly ShardFiles[], emptyPrompt: Int32Array): DatasetSplits {
  const shards = files.map(({ shard }) => new Shard(shard));
  const prompts = joined(shards.map((shard) => shard.prompts));
  const drawings = joined(shards.map((shard) => shard.drawings));
  const starts = partStarts(shards.map(({ samples }) => samples));
  const has = (name: string) => shards.some((shard) => shard.has(name));
  return {
    ids: new LazyIds(
      files.map(({ ids }) => ids),
      starts.at(-1) ?? 0,
    ),
    texts: {
      length: starts.at(-1) ?? 0,
      at: (sample) => {
        const part = partOf(starts, sample);
        return part < 0 ? undefined : shards[part]?.texts(sample - starts[part]!);
      },
    },
    prompts: prompts.rows,
    drawings: drawings.rows,
    captionStarts: shifted(shards, "captionStarts", prompts.starts),
    drawingStarts: shifted(shards, "drawingStarts", drawings.starts),
    drawingCaptions: concat(
      shards.map((shard, i) => plus(shard.numbers("drawingCaptions"), prompts.starts[i]!)),
    ),
    emptyPrompt,
    ...(has("captionShares")
      ? { captionShares: ones(shards, "captionShares", (shard) => shard.prompts.length) }
      : {}),
    ...(has("drawingShares")
      ? { drawingShares: ones(shards, "drawingShares", (shard) => shard.drawings.length) }
      : {}),
    ...(has("spans") ? { spans: Int32Array.from(shards.flatMap(spansOf)) } : {}),
    ...(has("needsPrompt")
      ? { needsPrompt: Uint8Array.from(shards.flatMap((shard) => needsOf(shard))) }
      : {}),
    ...(has("emptyPrompts")
      ? { emptyPrompts: shards.flatMap((shard) => emptyOf(shard, emptyPrompt)) }
      : {}),
    ...(has("weights") ? { weights: ones(shards, "weights", (shard) => shard.samples) } : {}),
  };
}

/**
 * Without what is longer than a context: captions that do not fit with a drawing, drawings that fit
 * with none, samples whose own drawing does not.
 */
export function fitting(parts: DatasetSplits, maxTokens: number): TokenDataset {
  const whole = new TokenDataset(parts);
  const { prompts, drawings, drawingStarts } = parts;
  const kept = {
    samples: [] as number[],
    drawings: [] as number[],
    prompts: [] as number[],
    captionStarts: [0],
    drawingStarts: [0],
    ranges: [] as number[],
    texts: [] as number[][],
  };
  for (let sample = 0; sample < whole.size; sample++) {
    const first = drawingStarts[sample]!;
    const known = new Map<number, readonly [number, number]>();
    // Where prompts hold more than captions, what is said stands with the answers, one text an answer.
    const byAnswer = parts.needsPrompt?.[sample] === 1;
    const own = byAnswer ? (parts.texts.at(sample)?.length ?? 0) : 1;
    const said: number[] = [];
    for (let drawing = 0; drawing < whole.drawingCount(sample); drawing++) {
      const room = maxTokens - drawings.lengthOf(first + drawing);
      const [from, to] = whole.captionRange(sample, drawing);
      const rows = numbersBetween(from, to).filter((row) => prompts.lengthOf(row) <= room);
      const isFirst = kept.samples.at(-1) !== sample;
      if (isFirst && (drawing >= own || (rows.length === 0 && drawing === own - 1))) break;
      if (rows.length === 0) continue;
      if (isFirst) {
        kept.samples.push(sample);
        kept.texts.push(byAnswer ? said : rows.map((row) => row - from));
      }
      if (drawing < own) said.push(drawing);
      // Drawings that share their captions go on doing so where all of them fit alike.
      const shared = rows.length === to - from ? known.get(from) : undefined;
      const range = shared ?? ([kept.prompts.length, kept.prompts.length + rows.length] as const);
      if (shared === undefined) kept.prompts.push(...rows);
      if (rows.length === to - from) known.set(from, range);
      kept.drawings.push(first + drawing);
      kept.ranges.push(...range);
    }
    if (kept.samples.at(-1) !== sample) continue;
    kept.captionStarts.push(kept.prompts.length);
    kept.drawingStarts.push(kept.drawings.length);
  }
  const { captionShares, weights, emptyPrompt } = parts;
  const { spans, drawingShares, needsPrompt, emptyPrompts } = parts;
  return new TokenDataset({
    ids: picked(parts.ids, kept.samples),
    texts: {
      length: kept.samples.length,
      at: (index) => {
        const texts = parts.texts.at(kept.samples[index] ?? -1);
        return texts && kept.texts[index]?.map((caption) => texts[caption]!);
      },
    },
    prompts: pickedRows(prompts, kept.prompts),
    drawings: pickedRows(drawings, kept.drawings),
    captionStarts: Uint32Array.from(kept.captionStarts),
    drawingStarts: Uint32Array.from(kept.drawingStarts),
    drawingCaptions: Uint32Array.from(kept.ranges),
    ...(captionShares && {
      captionShares: Float64Array.from(kept.prompts, (row) => captionShares[row]!),
    }),
    ...(weights && { weights: Float64Array.from(kept.samples, (sample) => weights[sample]!) }),
    ...(emptyPrompt && { emptyPrompt }),
    ...(spans && {
      spans: Int32Array.from(
        kept.drawings.flatMap((row) => [...spans.subarray(4 * row, 4 * row + 4)]),
      ),
    }),
    ...(drawingShares && {
      drawingShares: Float64Array.from(kept.drawings, (row) => drawingShares[row]!),
    }),
    ...(needsPrompt && {
      needsPrompt: Uint8Array.from(kept.samples, (sample) => needsPrompt[sample]!),
    }),
    ...(emptyPrompts && { emptyPrompts: kept.samples.map((sample) => emptyPrompts[sample]!) }),
  });
}

function numbersBetween(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function picked<T>(list: Indexed<T>, kept: readonly number[]): Indexed<T> {
  return { length: kept.length, at: (index) => list.at(kept[index] ?? -1) };
}

function pickedRows(rows: TokenRows, kept: readonly number[]): TokenRows {
  const row = (index: number) => kept[index] ?? -1;
  return {
    length: kept.length,
    lengthOf: (index) => rows.lengthOf(row(index)),
    get: (index) => rows.get(row(index)),
  };
}

/** Read whole when first asked for: ids are needed by few. */
class LazyIds implements Indexed<string> {
  readonly #files: readonly string[];
  readonly length: number;
  #ids: string[] | null = null;

  constructor(files: readonly string[], length: number) {
    this.#files = files;
    this.length = length;
  }

  at(index: number): string | undefined {
    this.#ids ??= this.#files.flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as string),
    );
    return this.#ids[index];
  }
}

function joined(tables: readonly TokenRows[]): {
  readonly rows: TokenRows;
  readonly starts: readonly number[];
} {
  const starts = partStarts(tables.map(({ length }) => length));
  const find = <T>(index: number, use: (table: TokenRows, row: number) => T): T => {
    const part = partOf(starts, index);
    const table = tables[part];
    if (table === undefined) throw new RangeError(`sequence ${index} of ${starts.at(-1)}`);
    return use(table, index - starts[part]!);
  };
  const rows: TokenRows = {
    length: starts.at(-1) ?? 0,
    lengthOf: (index) => find(index, (table, row) => table.lengthOf(row)),
    get: (index): TokenArray => find(index, (table, row) => table.get(row)),
  };
  return { rows, starts };
}

/** Where each part begins, and where the last ends. */
function partStarts(lengths: readonly number[]): number[] {
  const starts = [0];
  for (const length of lengths) starts.push(starts.at(-1)! + length);
  return starts;
}

/** -1 where it is in none. */
function partOf(starts: readonly number[], index: number): number {
  if (index < 0 || index >= (starts.at(-1) ?? 0)) return -1;
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= index) low = middle;
    else high = middle;
  }
  return low;
}

/** Starts within each shard as starts within all. */
function shifted(shards: readonly Shard[], name: string, by: readonly number[]): Uint32Array {
  const parts = shards.map((shard, i) => plus(shard.numbers(name), by[i]!).subarray(0, -1));
  return concat([...parts, Uint32Array.of(by.at(-1) ?? 0)]);
}

function plus(numbers: Uint32Array, by: number): Uint32Array {
  return numbers.map((value) => value + by);
}

function concat(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Of a shard that leaves them out, those of plain drawings. */
function spansOf(shard: Shard): number[] {
  if (shard.has("spans")) return [...shard.spans()];
  const { drawings } = shard;
  return Array.from({ length: drawings.length }, (_, row) => {
    const length = drawings.lengthOf(row);
    return [1, length, 0, length];
  }).flat();
}

function needsOf(shard: Shard): number[] {
  if (shard.has("needsPrompt")) return [...shard.needsPrompt()];
  return Array<number>(shard.samples).fill(0);
}

function emptyOf(shard: Shard, empty: Int32Array): Int32Array[] {
  if (shard.has("emptyPrompts")) return shard.emptyPrompts();
  return Array<Int32Array>(shard.samples).fill(empty);
}

/** Of shards that leave them out, ones. */
function ones(shards: readonly Shard[], name: string, count: (shard: Shard) => number) {
  const parts = shards.map((shard) =>
    shard.has(name) ? [...shard.doubles(name)] : Array<number>(count(shard)).fill(1),
  );
  return Float64Array.from(parts.flat());
}
