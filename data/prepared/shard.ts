/**
 * A shard of a prepared set: one safetensors file of one side of the split, with the tokens of prompts
 * and drawings one after the other, where each begins, which belong together, and the captions as
 * text. The index is read when a set is opened; tokens and texts are read sample by sample.
 */
import { SafetensorsFile, type Tensor, writeSafetensors } from "../../checkpoints/index.ts";
import type { DatasetSplits } from "../dataset/dataset.ts";
import type { TokenArray, TokenRows } from "../dataset/token-table.ts";

/** Writes a shard atomically. @throws StorageError */
export function writeShard(file: string, parts: DatasetSplits): void {
  const { prompts, drawings, ids } = parts;
  const texts = Array.from({ length: ids.length }, (_, sample) =>
    Buffer.from(JSON.stringify(parts.texts.at(sample))),
  );
  const ranges = parts.drawingCaptions ?? new Uint32Array();
  writeSafetensors(
    file,
    [
      ...tableTensors("prompts", prompts),
      ...tableTensors("drawings", drawings),
      numbers("captionStarts", parts.captionStarts),
      numbers("drawingStarts", parts.drawingStarts),
      numbers("drawingCaptions", ranges),
      ...doubles("captionShares", parts.captionShares),
      ...doubles("drawingShares", parts.drawingShares),
      ...doubles("weights", parts.weights),
      ...answerTensors(parts),
      {
        name: "texts",
        dtype: "U8",
        shape: [sum(texts)],
        data: new Uint8Array(Buffer.concat(texts)),
      },
      numbers("textStarts", startsOf(texts.map(({ length }) => length))),
    ],
    { format: "pathloom-shard", version: "1" },
  );
}

function doubles(name: string, data: Float64Array | undefined): Tensor[] {
  return data === undefined ? [] : [{ name, dtype: "F64", shape: [data.length], data }];
}

/** What tells where answers lie that are no plain drawings, and what is asked without a caption. */
function answerTensors({ spans, needsPrompt, emptyPrompts }: DatasetSplits): Tensor[] {
  return [
    ...(spans === undefined
      ? []
      : [{ name: "spans", dtype: "I32", shape: [spans.length], data: spans } as const]),
    ...(needsPrompt === undefined
      ? []
      : [
          {
            name: "needsPrompt",
            dtype: "U8",
            shape: [needsPrompt.length],
            data: needsPrompt,
          } as const,
        ]),
    ...(emptyPrompts === undefined ? [] : emptyTensors(emptyPrompts)),
  ];
}

/** Each prompt once, as there is one for each task, and which is whose. */
function emptyTensors(prompts: readonly Int32Array[]): Tensor[] {
  const numbersOf = new Map<string, number>();
  const distinct: Uint32Array[] = [];
  const which = prompts.map((prompt) => {
    const key = prompt.join();
    const known = numbersOf.get(key);
    if (known !== undefined) return known;
    numbersOf.set(key, distinct.length);
    return distinct.push(Uint32Array.from(prompt)) - 1;
  });
  const table = {
    length: distinct.length,
    lengthOf: (index: number) => distinct[index]!.length,
    get: (index: number) => distinct[index]!,
  };
  return [
    ...tableTensors("emptyPrompts", table),
    numbers("emptyPromptOf", Uint32Array.from(which)),
  ];
}

function tableTensors(name: string, table: TokenRows): Tensor[] {
  const rows = Array.from({ length: table.length }, (_, row) => table.get(row));
  const Kind = rows[0] instanceof Uint32Array ? Uint32Array : Uint16Array;
  const tokens = new Kind(sum(rows));
  let at = 0;
  for (const row of rows) {
    tokens.set(row, at);
    at += row.length;
  }
  const dtype = Kind === Uint32Array ? "U32" : "U16";
  return [
    { name, dtype, shape: [tokens.length], data: tokens },
    numbers(`${name}Starts`, startsOf(rows.map(({ length }) => length))),
  ];
}

function numbers(name: string, data: Uint32Array): Tensor {
  return { name, dtype: "U32", shape: [data.length], data };
}

function startsOf(lengths: readonly number[]): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries()) starts[index + 1] = starts[index]! + length;
  return starts;
}

function sum(list: readonly { readonly length: number }[]): number {
  return list.reduce((total, { length }) => total + length, 0);
}

/** An open shard: its index in memory, the rest on the disk. */
export class Shard {
  readonly #file: SafetensorsFile;
  readonly #textStarts: Uint32Array;
  readonly prompts: TokenRows;
  readonly drawings: TokenRows;

  /** @throws SafetensorsError, StorageError where the file is damaged or gone. */
  constructor(path: string) {
    this.#file = SafetensorsFile.open(path);
    this.prompts = new StoredRows(this.#file, "prompts");
    this.drawings = new StoredRows(this.#file, "drawings");
    this.#textStarts = this.numbers("textStarts");
  }

  get samples(): number {
    return this.#textStarts.length - 1;
  }

  has(name: string): boolean {
    return this.#file.tensors.has(name);
  }

  numbers(name: string): Uint32Array {
    return new Uint32Array(this.#file.read(name).buffer);
  }

  doubles(name: string): Float64Array {
    return new Float64Array(this.#file.read(name).buffer);
  }

  spans(): Int32Array {
    return new Int32Array(this.#file.read("spans").buffer);
  }

  needsPrompt(): Uint8Array {
    return new Uint8Array(this.#file.read("needsPrompt").buffer);
  }

  /** By sample; one object for all that have the same. */
  emptyPrompts(): Int32Array[] {
    const table = new StoredRows(this.#file, "emptyPrompts");
    const prompts = Array.from({ length: table.length }, (_, i) => Int32Array.from(table.get(i)));
    return Array.from(this.numbers("emptyPromptOf"), (which) => prompts[which]!);
  }

  texts(sample: number): readonly string[] {
    const [start, end] = [this.#textStarts[sample]!, this.#textStarts[sample + 1]!];
    const bytes = this.#file.read("texts", { start, end });
    return JSON.parse(new TextDecoder().decode(bytes)) as string[];
  }

  close(): void {
    this.#file.close();
  }
}

class StoredRows implements TokenRows {
  readonly #file: SafetensorsFile;
  readonly #name: string;
  readonly #starts: Uint32Array;
  readonly #isWide: boolean;

  constructor(file: SafetensorsFile, name: string) {
    this.#file = file;
    this.#name = name;
    this.#starts = new Uint32Array(file.read(`${name}Starts`).buffer);
    this.#isWide = file.tensors.get(name)?.dtype === "U32";
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  lengthOf(index: number): number {
    const { start, end } = this.#range(index);
    return end - start;
  }

  get(index: number): TokenArray {
    const { buffer } = this.#file.read(this.#name, this.#range(index));
    return this.#isWide ? new Uint32Array(buffer) : new Uint16Array(buffer);
  }

  #range(index: number): { readonly start: number; readonly end: number } {
    const [start, end] = [this.#starts[index], this.#starts[index + 1]];
    if (start === undefined || end === undefined) {
      throw new RangeError(`sequence ${index} of a table of ${this.length}`);
    }
    return { start, end };
  }
}
