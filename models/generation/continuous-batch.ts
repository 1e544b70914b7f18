/**
 * Continuous batching (Yu et al. 2022, "Orca"): requests join and leave between any two steps. A prompt
 * is read on its own and its sequence then takes a free row; a guided one takes two. The batch grows
 * and shrinks by powers of two, so that few programs serve all loads and one request alone pays for no
 * empty rows.
 *
 * What a request draws follows from its prompt, options and seed. On engines whose products round
 * alike for all numbers of rows, as `onnx` does, it is the same to the last bit in any company.
 */
import type { CacheDtype } from "../decoder/layer-cache.ts";
import type { DecodingModel } from "../decoding-model.ts";
import { ContextError, DecodingSession } from "./decoding-session.ts";
import type { SequenceLikelihood } from "./guidance.ts";
import { PrefixCache } from "./prefix-cache.ts";
import { PromptReader } from "./prompt-reader.ts";
import type { SamplingOptions } from "./sampling.ts";
import { type Constraint, type SampledToken, Sequence } from "./sequence.ts";

export interface GenerationRequest {
  /** Token ids, at least one. */
  readonly prompt: ArrayLike<number>;
  readonly sampling: SamplingOptions;
  readonly seed: number | string;
  readonly maxNewTokens: number;
  /** Ids that end it; they are part of the result. */
  readonly stopIds: readonly number[];
  /** The grammar of this request; null generates freely. */
  readonly constraint: Constraint | null;
  /** `prompt` stands where nothing is asked for. It costs a second row. */
  readonly guidance?: { readonly scale: number; readonly prompt: ArrayLike<number> } | null;
  /** As of `SampledToken`; null, unless given, tells no likelihood of tokens. */
  readonly alternatives?: number | null;
}

export interface GenerationEnd {
  /** `stop`: by its grammar or an end token. */
  readonly reason: "stop" | "length" | "cancelled" | "error";
  /** The new tokens. */
  readonly ids: readonly number[];
  /** Null without guidance. */
  readonly likelihood: SequenceLikelihood | null;
  /** What went wrong, for `error`. */
  readonly error?: unknown;
}

export interface GenerationEvents {
  readonly onToken?: (token: SampledToken) => void;
  /** Called once. */
  readonly onEnd?: (end: GenerationEnd) => void;
}

/** A request that was taken in. */
export interface RunningGeneration {
  readonly done: boolean;
  /** Tokens of its prompt that an earlier one had left in the caches, once it was read. */
  readonly promptTokensReused: number;
  /** Frees its rows at once; nothing where it has ended. */
  cancel(): void;
}

/** Prompts that are read between two steps while others wait for their next token. */
const mostAdmitted = 4;

interface Lane {
  readonly request: GenerationRequest;
  readonly sequence: Sequence;
  readonly events: GenerationEvents;
  /** With the prompt, and with guidance one without. */
  readonly prompts: readonly ArrayLike<number>[];
  rows: readonly number[];
  reused: number;
  state: "waiting" | "running" | "ended";
}

export interface ContinuousBatchOptions {
  /** Tokens of the longest sequence, prompt included. */
  readonly capacity: number;
  /** Rows at once; at least two where requests are guided. */
  readonly rows: number;
  /** Bytes of what prompts left that are kept for those that begin alike; 64 MiB unless given, 0 for none. */
  readonly prefixBytes?: number;
  /** How keys and values are kept; float32 unless given. */
  readonly cacheDtype?: CacheDtype | undefined;
}

const usualPrefixBytes = 2 ** 26;

export class ContinuousBatch {
  readonly #model: DecodingModel;
  readonly #capacity: number;
  readonly #cacheDtype: CacheDtype;
  readonly #mostRows: number;
  readonly #prefixes: PrefixCache;
  readonly #readers: readonly [PromptReader, PromptReader];
  #waiting: Lane[] = [];
  #running: Lane[] = [];
  #session: DecodingSession | null = null;

  constructor(
    model: DecodingModel,
    {
      capacity,
      rows,
      prefixBytes = usualPrefixBytes,
      cacheDtype = "float32",
    }: ContinuousBatchOptions,
  ) {
    this.#model = model;
    this.#capacity = capacity;
    this.#cacheDtype = cacheDtype;
    this.#mostRows = rows;
    this.#prefixes = new PrefixCache(prefixBytes);
    const reader = () => new PromptReader(model, { capacity, cacheDtype }, this.#prefixes);
    this.#readers = [reader(), reader()];
  }

  /** Requests that are neither complete nor cancelled. */
  get open(): number {
    return this.#waiting.length + this.#running.length;
  }

  /** Tokens of prompts that were computed, and not found from an earlier prompt. */
  get promptTokensComputed(): number {
    return this.#readers.reduce((sum, { computed }) => sum + computed, 0);
  }

  /** Tokens of prompts that were found. */
  get promptTokensReused(): number {
    return this.#readers.reduce((sum, { reused }) => sum + reused, 0);
  }

  /** Rows that are in use. */
  get rows(): number {
    return this.#running.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /**
   * Takes a request in; it joins the others as soon as there are rows for it, in order.
   * @throws ContextError when its prompt is empty, or does not fit with the new tokens.
   */
  submit(request: GenerationRequest, events: GenerationEvents = {}): RunningGeneration {
    const { guidance = null, prompt } = request;
    const prompts = guidance === null ? [prompt] : [prompt, guidance.prompt];
    for (const { length } of prompts) this.#check(length, request.maxNewTokens);
    if (prompts.length > this.#mostRows) {
      throw new ContextError(`a guided request takes 2 rows, and there are ${this.#mostRows}`);
    }
    const lane: Lane = {
      request,
      sequence: new Sequence({ ...request, scale: guidance?.scale ?? null }),
      events,
      prompts,
      rows: [],
      reused: 0,
      state: "waiting",
    };
    this.#waiting.push(lane);
    return {
      get done() {
        return lane.state === "ended";
      },
      get promptTokensReused() {
        return lane.reused;
      },
      cancel: () => this.#cancel(lane),
    };
  }

  /** Reads and draws one token of each sequence that runs. @returns whether any is left. */
  step(): boolean {
    this.#admit();
    if (this.#running.length > 0) this.#advance();
    this.#fit();
    return this.open > 0;
  }

  /** Frees the caches; requests that are open are cancelled. */
  dispose(): void {
    for (const lane of [...this.#running, ...this.#waiting]) this.#cancel(lane);
    this.#session?.dispose();
    this.#session = null;
    for (const reader of this.#readers) reader.dispose();
    this.#prefixes.clear();
  }

  #check(length: number, maxNewTokens: number): void {
    if (length === 0) throw new ContextError("a prompt has no tokens");
    if (length + maxNewTokens > this.#capacity) {
      throw new ContextError(
        `a prompt of ${length} tokens with ${maxNewTokens} new ones exceeds the ${this.#capacity} of the context`,
      );
    }
  }

  #admit(): void {
    const most = this.#running.length === 0 ? Number.POSITIVE_INFINITY : mostAdmitted;
    for (let admitted = 0; admitted < most; admitted++) {
      const [lane] = this.#waiting;
      if (lane === undefined || this.rows + lane.prompts.length > this.#mostRows) return;
      this.#waiting.shift();
      this.#begin(lane);
    }
  }

  /** Reads the prompts and draws the first token, which needs no row. */
  #begin(lane: Lane): void {
    lane.state = "running";
    try {
      const [reader] = this.#readers;
      const before = reader.reused;
      const [logits, without = null] = lane.prompts.map((prompt, i) =>
        this.#readers[i]!.read(prompt),
      );
      lane.reused = reader.reused - before;
      if (this.#draw(lane, logits!, without)) return;
      lane.rows = this.#takeRows(lane.prompts.length);
      this.#running.push(lane);
      for (const [i, row] of lane.rows.entries()) this.#readers[i]!.copyInto(this.#session!, row);
    } catch (error) {
      this.#end(lane, "error", error);
    }
  }

  #advance(): void {
    const session = this.#session!;
    const tokens = new Int32Array(session.batch);
    const waits = new Uint8Array(session.batch).fill(1);
    for (const { rows, sequence } of this.#running) {
      for (const row of rows) {
        tokens[row] = sequence.ids.at(-1)!;
        waits[row] = 0;
      }
    }
    const logits = session.step(tokens, waits);
    const vocabulary = logits.length / session.batch;
    const of = (row: number) => logits.subarray(row * vocabulary, (row + 1) * vocabulary);
    for (const lane of [...this.#running]) {
      // One may have been cancelled by what another's token brought about.
      if (lane.state !== "running") continue;
      const [row, second] = lane.rows as [number, number?];
      try {
        this.#draw(lane, of(row), second === undefined ? null : of(second));
      } catch (error) {
        this.#end(lane, "error", error);
      }
    }
  }

  /** @returns whether the sequence has ended. */
  #draw(lane: Lane, logits: Float32Array, without: Float32Array | null): boolean {
    const { sequence } = lane;
    const token = sequence.choose(logits, without);
    lane.events.onToken?.(token);
    if (sequence.done) this.#end(lane, sequence.stopped ? "stop" : "length");
    return lane.state === "ended";
  }

  #cancel(lane: Lane): void {
    this.#end(lane, "cancelled");
  }

  #end(lane: Lane, reason: GenerationEnd["reason"], error?: unknown): void {
    if (lane.state === "ended") return;
    const others = (lanes: readonly Lane[]) => lanes.filter((other) => other !== lane);
    if (lane.state === "waiting") this.#waiting = others(this.#waiting);
    else this.#running = others(this.#running);
    lane.state = "ended";
    lane.rows = [];
    const { ids, likelihood } = lane.sequence;
    const failed = reason === "error" ? { error } : {};
    lane.events.onEnd?.({ reason, ids, likelihood, ...failed });
  }

  #takeRows(count: number): number[] {
    const needed = this.rows + count;
    if (this.#session === null || this.#session.batch < needed) this.#resize(needed);
    const used = new Set(this.#running.flatMap(({ rows }) => rows));
    const free = Array.from({ length: this.#session!.batch }, (_, row) => row);
    return free.filter((row) => !used.has(row)).slice(0, count);
  }

  /** Gives back what is no longer needed. */
  #fit(): void {
    if (this.#session === null) return;
    const { rows } = this;
    if (rows === 0) {
      this.#session.dispose();
      this.#session = null;
    } else if (rows * 4 <= this.#session.batch) this.#resize(rows);
  }

  /** Moves all sequences to a session with room for so many rows, the first ones of it. */
  #resize(rows: number): void {
    const batch = Math.min(this.#mostRows, 2 ** Math.ceil(Math.log2(rows)));
    const room = { batch, capacity: this.#capacity, cacheDtype: this.#cacheDtype };
    const next = new DecodingSession(this.#model, room);
    const moves: [from: number, to: number][] = [];
    for (const lane of this.#running) {
      lane.rows = lane.rows.map((from) => {
        const to = moves.length;
        moves.push([from, to]);
        return to;
      });
    }
    if (this.#session !== null && moves.length > 0) next.takeRows(this.#session, moves);
    this.#session?.dispose();
    this.#session = next;
  }
}
