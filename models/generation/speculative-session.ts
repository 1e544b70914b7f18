/**
 * One sequence that is continued by drafts: caches of the decoder and of its heads, and the two programs
 * that fill them. A draft that is not kept is rolled back by forgetting it: a cache's row holds the token
 * at its position, and what a rejected one left there is written over before anything reads it.
 */
import type { Buffer } from "../../engine/index.ts";
import type { DecodingModel } from "../decoding-model.ts";
import { ContextError } from "./decoding-session.ts";
import {
  addSpeculativePrompt,
  addSpeculativeStep,
  speculativeCaches,
  stateRows,
  windowLength,
} from "./speculative-graph.ts";

export interface SpeculativeStep {
  /** What the heads took for the next tokens, nearest first. */
  readonly drafts: Int32Array;
  /**
   * `[drafts + 1, vocabulary]` of a row: the logits after the newest token, then those after each draft,
   * which hold as long as the drafts before are what was drawn. The session's own memory.
   */
  logits(row: number, place: number): Float32Array;
}

type Buffers = Readonly<Record<string, Buffer>>;

export class SpeculativeSession {
  readonly batch: number;
  readonly drafts: number;
  /** Tokens that are to be read before the first step: the first row's prompt, and what was drawn after. */
  readonly leastTokens: number;
  /** Most tokens that the sequence can have. */
  readonly capacity: number;
  readonly #model: DecodingModel;
  /** Rows of the caches: tokens, and drafts beyond them. */
  readonly #rows: number;
  readonly #caches: Buffers;
  readonly #states: Buffer;
  readonly #fed: Buffers;
  readonly #results: Buffers;
  /** Of a step: kept from one to the next. */
  readonly #inputs: Buffers;
  readonly #outputs: Buffers;
  /** Of the first row: its prompt and what was drawn. */
  #tokens: number[] = [];
  /** Tokens of each row's prompt. */
  #prompts: readonly number[] = [];
  #offset = 0;

  /**
   * @param room `batch`: rows, 1, or 2 with a prompt of which nothing is said; `capacity`: tokens of
   * the longest row, prompt included; `drafts`: at most as many as the model has heads of tokens
   * further on.
   * @throws ContextError when the sequence is longer than the context, or there are not so many heads.
   */
  constructor(
    model: DecodingModel,
    room: { readonly batch: number; readonly capacity: number; readonly drafts: number },
  ) {
    const { batch, capacity, drafts } = room;
    const { config, engine } = model;
    const heads = config.future?.count ?? 0;
    if (drafts < 1 || drafts > heads) {
      throw new ContextError(`${drafts} tokens to draft, of a model with ${heads} heads to do so`);
    }
    if (config.gatedDelta !== null) {
      throw new ContextError(
        "this model has layers that carry a state, which cannot forget a draft that was rejected: generate without drafts",
      );
    }
    if (capacity > config.contextLength) {
      throw new ContextError(
        `${capacity} tokens do not fit the model's context of ${config.contextLength}`,
      );
    }
    this.batch = batch;
    this.drafts = drafts;
    this.capacity = Math.min(config.contextLength, 2 ** Math.ceil(Math.log2(capacity)));
    this.#model = model;
    const window = windowLength(config, drafts);
    this.leastTokens = window;
    this.#rows = this.capacity + drafts;
    const shape = { batch, drafts, capacity: this.#rows };
    const numbers = (of: readonly number[]) => engine.buffer({ dtype: "float32", shape: of });
    const integers = (of: readonly number[]) => engine.buffer({ dtype: "int32", shape: of });
    this.#caches = Object.fromEntries(
      [...speculativeCaches(config, shape)].map(([name, of]) => [name, numbers(of)]),
    );
    this.#states = numbers([stateRows(config, drafts), config.hiddenSize]);
    this.#fed = {
      window: integers([window]),
      windowPositions: integers([1, window]),
      known: integers([1, window]),
      positions: integers([batch, drafts + 1]),
    };
    this.#results = {
      drafts: integers([drafts]),
      logits: numbers([batch * (drafts + 1), config.vocabularySize]),
    };
    const kept = { ...this.#caches, states: this.#states };
    this.#inputs = { ...model.parameterBuffers, ...kept, ...this.#fed };
    this.#outputs = { ...kept, ...this.#results };
  }

  /**
   * Reads the prompts, in place of whatever was there.
   * @param prompts one a row, each with at least one token.
   * @returns logits of the token after each, `[batch, vocabulary]`.
   */
  prefill(prompts: readonly ArrayLike<number>[]): Float32Array {
    const { engine, config, parameterBuffers } = this.#model;
    const longest = Math.max(...prompts.map(({ length }) => length));
    const sequenceLength = Math.min(this.capacity, 2 ** Math.ceil(Math.log2(longest)));
    const tokens = new Int32Array(this.batch * sequenceLength);
    for (const [row, prompt] of prompts.entries()) {
      tokens.set(Array.from(prompt), row * sequenceLength);
    }
    const [first] = prompts as readonly [ArrayLike<number>];
    const states = stateRows(config, this.drafts);
    const before = first.length - windowLength(config, this.drafts);
    const window = Int32Array.from({ length: states }, (_, i) =>
      Math.min(Math.max(0, before + i), sequenceLength - 1),
    );
    const type = (shape: readonly number[]) => ({ dtype: "int32", shape }) as const;
    const fed: Buffers = {
      tokens: engine.buffer(type([this.batch, sequenceLength]), tokens),
      positions: engine.buffer(
        type([this.batch, sequenceLength]),
        tokens.map((_, i) => i % sequenceLength),
      ),
      last: engine.buffer(
        type([this.batch]),
        Int32Array.from(prompts, ({ length }, row) => row * sequenceLength + length - 1),
      ),
      window: engine.buffer(type([states]), window),
    };
    const logits = engine.buffer({ dtype: "float32", shape: [this.batch, config.vocabularySize] });
    try {
      this.#program(sequenceLength).run(
        { ...parameterBuffers, ...this.#caches, ...fed },
        { ...this.#caches, states: this.#states, logits },
      );
      this.#tokens = Array.from(first);
      this.#prompts = prompts.map(({ length }) => length);
      this.#offset = 0;
      return (logits.read() as Float32Array).slice();
    } finally {
      for (const buffer of [...Object.values(fed), logits]) buffer.dispose();
    }
  }

  /**
   * Drafts and reads on.
   * @param drawn since the last step, in order: the drafts that were kept, and the token after them.
   */
  step(drawn: readonly number[]): SpeculativeStep {
    const { config } = this.#model;
    const { drafts, batch } = this;
    const window = windowLength(config, drafts);
    const isFirst = this.#tokens.length === this.#prompts[0];
    this.#offset = isFirst ? 0 : drawn.length;
    this.#tokens.push(...drawn);
    const newest = this.#tokens.length - 1;
    const first = newest - window;
    const each = (make: (i: number) => number) =>
      Int32Array.from({ length: window }, (_, i) => make(i));
    this.#fed.window!.write(each((i) => this.#offset + i));
    this.#fed.windowPositions!.write(each((i) => first + i));
    this.#fed.known!.write(each((i) => this.#tokens[first + i + 1]!));
    const drawnBefore = newest - this.#prompts[0]!;
    this.#fed.positions!.write(
      Int32Array.from(
        { length: batch * (drafts + 1) },
        (_, i) => this.#prompts[Math.floor(i / (drafts + 1))]! + drawnBefore + (i % (drafts + 1)),
      ),
    );
    this.#program(null).run(this.#inputs, this.#outputs);
    const logits = this.#results.logits!.read() as Float32Array;
    const size = config.vocabularySize;
    return {
      drafts: this.#results.drafts!.read() as Int32Array,
      logits: (row, place) => {
        const at = (row * (drafts + 1) + place) * size;
        return logits.subarray(at, at + size);
      },
    };
  }

  dispose(): void {
    const own = [this.#caches, this.#fed, this.#results].flatMap((each) => Object.values(each));
    for (const buffer of [...own, this.#states]) buffer.dispose();
  }

  /** @param sequenceLength of prompts; null for a step. */
  #program(sequenceLength: number | null) {
    const { batch, drafts } = this;
    const model = this.#model;
    const shape = { batch, drafts, capacity: this.#rows };
    const what = sequenceLength === null ? "step" : `prompt of ${sequenceLength}`;
    return model.programs.get(
      `speculate ${drafts}, ${batch}x ${what} of ${this.#rows}`,
      (graph) => {
        const { weights } = model.weightsIn(graph);
        if (sequenceLength === null) addSpeculativeStep(graph, model.config, weights, shape);
        else addSpeculativePrompt(graph, model.config, weights, { ...shape, sequenceLength });
      },
      undefined,
      model.prepackableForGeneration,
    );
  }
}
