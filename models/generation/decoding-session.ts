/**
 * A batch of sequences being continued: the key-value caches, and the two programs that fill them, one
 * for the prompts and one for a token more.
 */

import type { Buffer, Program } from "../../engine/index.ts";
import { PathloomError } from "../../errors/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";
import type { CacheDtype } from "../decoder/layer-cache.ts";
import type { DecodingModel } from "../decoding-model.ts";
import { type CachePiece, copyRow, putInto, takeFrom } from "./cache-rows.ts";
import { addDecodingStep, decodingCaches } from "./decoding-graph.ts";

export class ContextError extends PathloomError {
  override readonly name: string = "ContextError";
  override readonly code: string = "ERR_CONTEXT";
}

export interface DecodingRoom {
  /** Sequences. */
  readonly batch: number;
  /**
   * Tokens of the longest sequence, prompt included; rounded up to a power of two so that few programs serve
   * all lengths.
   */
  readonly capacity: number;
  /** How keys and values are kept; float32 unless given. */
  readonly cacheDtype?: CacheDtype | undefined;
}

/** Each a row of one session and one of another. */
export type RowMoves = readonly (readonly [from: number, to: number])[];

/** The buffers of a run. */
interface Reading {
  /** `counts` where layers carry a state. */
  readonly fed: Readonly<Record<"tokens" | "positions" | "last", Buffer>> & {
    readonly counts?: Buffer;
  };
  readonly inputs: Readonly<Record<string, Buffer>>;
  readonly outputs: Readonly<Record<string, Buffer>>;
}

export class DecodingSession {
  readonly batch: number;
  /** Most tokens a sequence can have. */
  readonly capacity: number;
  readonly cacheDtype: CacheDtype;
  readonly #model: DecodingModel;
  readonly #caches: Readonly<Record<string, Buffer>>;
  readonly #logits: Buffer;
  /** Tokens in the cache, per sequence. */
  readonly #lengths: Int32Array;
  /** Each sequence's only row in a step. */
  readonly #rows: Int32Array;
  /** Kept from step to step. */
  #step: Reading | null = null;

  /**
   * @param from a session that it takes the place of, and rows as of {@link takeRows}. That one is freed
   * cache by cache, so that one of them at most is held twice.
   * @throws ContextError when the capacity is more than the model's context.
   */
  constructor(
    model: DecodingModel,
    { batch, capacity, cacheDtype = "float32" }: DecodingRoom,
    from: { readonly session: DecodingSession; readonly rows: RowMoves } | null = null,
  ) {
    const { contextLength: context, vocabularySize } = model.config;
    if (capacity > context) {
      throw new ContextError(`${capacity} tokens do not fit the model's context of ${context}`);
    }
    this.batch = batch;
    this.capacity = Math.min(context, powerOfTwo(capacity));
    this.cacheDtype = cacheDtype;
    this.#model = model;
    this.#lengths = new Int32Array(batch);
    this.#caches = Object.fromEntries(
      [...decodingCaches(model.config, this)].map(([name, type]) => {
        const cache = model.engine.buffer(type);
        if (from !== null) from.session.#moveInto(name, cache, from.rows);
        return [name, cache];
      }),
    );
    if (from !== null) {
      this.#takeLengths(from.session, from.rows);
      from.session.dispose();
    }
    this.#logits = model.engine.buffer({ dtype: "float32", shape: [batch, vocabularySize] });
    this.#rows = Int32Array.from({ length: batch }, (_, row) => row);
  }

  /**
   * Reads the prompts, in place of whatever the caches held.
   * @param prompts one a sequence, each with at least one token.
   * @returns logits of the token after each prompt, `[batch, vocabulary]`.
   * @throws ContextError naming a prompt that is empty or longer than the capacity.
   */
  prefill(prompts: readonly ArrayLike<number>[]): Float32Array {
    for (const [row, prompt] of prompts.entries()) {
      if (prompt.length === 0) throw new ContextError(`prompt ${row} has no tokens`);
      if (prompt.length > this.capacity) {
        throw new ContextError(
          `prompt ${row} has ${prompt.length} tokens; at most ${this.capacity} fit`,
        );
      }
    }
    const longest = Math.max(...prompts.map((prompt) => prompt.length));
    const sequenceLength = Math.min(this.capacity, powerOfTwo(longest));
    const reading = this.#reading(sequenceLength);
    const [tokens, last] = [
      new Int32Array(this.batch * sequenceLength),
      new Int32Array(this.batch),
    ];
    for (const [row, prompt] of prompts.entries()) {
      tokens.set(Array.from(prompt), row * sequenceLength);
      last[row] = row * sequenceLength + prompt.length - 1;
      this.#lengths[row] = prompt.length;
    }
    reading.fed.tokens.write(tokens);
    reading.fed.positions.write(Int32Array.from(tokens, (_, i) => i % sequenceLength));
    reading.fed.last.write(last);
    reading.fed.counts?.write(Int32Array.from(prompts, ({ length }) => length));
    try {
      return this.#run(sequenceLength, reading);
    } finally {
      disposeAll(reading.fed);
    }
  }

  /**
   * Reads more tokens of the only sequence, after those that it has.
   * @returns logits of the token after them, `[1, vocabulary]`.
   */
  extend(tokens: readonly number[]): Float32Array {
    const first = this.#lengths[0]!;
    // Padding must lie within the caches, too; it is written over by what is read next.
    const padded = powerOfTwo(tokens.length);
    const sequenceLength = first + padded <= this.capacity ? padded : tokens.length;
    const reading = this.#reading(sequenceLength);
    const fed = new Int32Array(sequenceLength);
    fed.set(tokens);
    reading.fed.tokens.write(fed);
    reading.fed.positions.write(fed.map((_, i) => first + i));
    reading.fed.last.write(Int32Array.of(tokens.length - 1));
    this.#lengths[0] = first + tokens.length;
    try {
      return this.#run(sequenceLength, reading, true);
    } finally {
      disposeAll(reading.fed);
    }
  }

  /** A copy of what the tokens of these positions left in the caches of the first sequence; states whole. */
  takePiece(from: number, to: number): CachePiece {
    return new Map(
      Object.entries(this.#caches).map(([name, cache]) => [name, takeFrom(name, cache, from, to)]),
    );
  }

  /** Puts such a copy back, as if the first sequence had read those tokens after the ones before. */
  putPiece(piece: CachePiece, from: number, to: number): void {
    for (const [name, cache] of Object.entries(this.#caches)) {
      putInto(name, cache, piece.get(name)!, from, to);
    }
    this.#lengths[0] = to;
  }

  /**
   * Takes sequences over from another session of the same model and kind of caches, whose capacity may
   * differ: what they have read is copied into the rows, in place of what those held.
   */
  takeRows(other: DecodingSession, rows: RowMoves): void {
    for (const [name, cache] of Object.entries(this.#caches)) other.#copyInto(name, cache, rows);
    this.#takeLengths(other, rows);
  }

  /**
   * Reads one more token of each sequence.
   * @param tokens `[batch]`; a sequence that ended may be given any token.
   * @param waits `[batch]`: rows where this is not 0 read nothing, and their logits mean nothing; all
   * read unless given.
   * @returns logits of the token after it, `[batch, vocabulary]`.
   */
  step(tokens: Int32Array, waits?: Uint8Array): Float32Array {
    this.#step ??= this.#reading(1);
    const { fed } = this.#step;
    const positions = this.#lengths.map((length) => Math.min(length, this.capacity - 1));
    for (let row = 0; row < this.batch; row++) {
      // What a waiting row writes at its end is written over by what it reads next.
      if (waits === undefined || waits[row] === 0) this.#lengths[row] = positions[row]! + 1;
    }
    fed.counts?.write(Int32Array.from(this.#rows, (row) => Number(!waits?.[row])));
    fed.tokens.write(tokens);
    fed.positions.write(positions);
    fed.last.write(this.#rows);
    return this.#run(1, this.#step);
  }

  dispose(): void {
    disposeAll(this.#caches);
    if (this.#step !== null) disposeAll(this.#step.fed);
    this.#logits.dispose();
  }

  #copyInto(name: string, cache: Buffer, rows: RowMoves): void {
    const own = this.#caches[name]!;
    const [from, to] = [own.read(), cache.read()];
    for (const [source, target] of rows) {
      copyRow(
        name,
        { values: from, shape: own.type.shape, row: source },
        { values: to, shape: cache.type.shape, row: target },
        this.#lengths[source]!,
      );
    }
    // Where the engine computes in this memory, it has the rows already.
    if (cache.read() !== to) cache.write(to);
  }

  /** Copies, and frees what it copied from. */
  #moveInto(name: string, cache: Buffer, rows: RowMoves): void {
    this.#copyInto(name, cache, rows);
    this.#caches[name]!.dispose();
  }

  #takeLengths(other: DecodingSession, rows: RowMoves): void {
    for (const [source, target] of rows) this.#lengths[target] = other.#lengths[source]!;
  }

  /** What a program that reads `sequenceLength` tokens of each sequence runs on. */
  #reading(sequenceLength: number): Reading {
    const { engine, parameterBuffers } = this.#model;
    const integers = (shape: readonly number[]) => engine.buffer({ dtype: "int32", shape });
    const shape = [this.batch, sequenceLength];
    const fed = {
      tokens: integers(shape),
      positions: integers(shape),
      last: integers([this.batch]),
      ...(this.#model.config.gatedDelta !== null && { counts: integers([this.batch]) }),
    };
    return {
      fed,
      inputs: { ...parameterBuffers, ...this.#caches, ...fed },
      outputs: { ...this.#caches, logits: this.#logits },
    };
  }

  #run(sequenceLength: number, { inputs, outputs }: Reading, continues = false): Float32Array {
    this.#program(sequenceLength, continues).run(inputs, outputs);
    return this.#logits.read() as Float32Array;
  }

  #program(sequenceLength: number, continues: boolean): Program {
    const { batch, capacity, cacheDtype } = this;
    const shape = { batch, sequenceLength, capacity, continues, cacheDtype };
    const kept = cacheDtype === "float32" ? "" : ` in ${cacheDtype}`;
    return this.#model.programs.get(
      `${continues ? "extend" : "decode"} ${batch}x${sequenceLength} of ${capacity}${kept}`,
      (graph) => {
        const { weights } = this.#model.weightsIn(graph);
        addDecodingStep(graph, this.#model.config, weights, shape);
      },
      undefined,
      this.#model.prepackableForGeneration,
    );
  }
}

/**
 * Whether tokens can be read after others, several at once: not where a state is carried, and not where
 * positions are turned by the length of the whole sequence, which would turn the earlier ones otherwise.
 */
export function canExtend({ gatedDelta, positions, rope, contextLength }: DecoderConfig): boolean {
  const { scaling } = rope;
  const isDynamic =
    positions === "rotary" &&
    scaling?.type === "dynamic" &&
    contextLength > scaling.originalContextLength;
  return gatedDelta === null && !isDynamic;
}

function disposeAll(buffers: Readonly<Record<string, Buffer>>): void {
  for (const buffer of Object.values(buffers)) buffer.dispose();
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}
