/**
 * Continuous batching (Yu et al. 2022, "Orca"): requests join and leave between any two steps. A prompt
 * is read on its own and its sequence then takes a free row; a guided one takes two. A group of rows grows
 * and shrinks by powers of two, so that few programs serve all loads and one request alone pays for no
 * empty rows.
 *
 * All caches together stay within a pool. Where it is short, requests wait; where rows that grow outrun it,
 * the youngest give theirs back, and read again what they had when there is room: first the prompt, then
 * the tokens that were drawn, one a step as the first time, so that they come to the same numbers.
 *
 * What a request draws follows from its prompt, options and seed. Where products round alike for all
 * numbers of rows, as on `onnx` if its attention takes the heads and no layer carries a state, it is the
 * same to the last bit in any company.
 */
import type { CacheDtype } from "../decoder/layer-cache.ts";
import type { DecodingModel } from "../decoding-model.ts";
import type { CachePool } from "./cache-pool.ts";
import { ContextError } from "./decoding-session.ts";
import type {
  GenerationEnd,
  GenerationEvents,
  GenerationRequest,
  RunningGeneration,
} from "./generation-request.ts";
import { Lane } from "./lane.ts";
import { checkPool, roomyPool } from "./pool-size.ts";
import { PromptReader } from "./prompt-reader.ts";
import { type Row, RowGroups } from "./row-groups.ts";

/** Prompts that are read between two steps while others wait for their next token. */
const mostAdmitted = 4;

export interface ContinuousBatchOptions {
  /** Tokens of the longest sequence, prompt included. */
  readonly capacity: number;
  /** Rows at once; at least two where requests are guided. */
  readonly rows: number;
  /** Bytes of what prompts left that are kept for those that begin alike; 64 MiB unless given, 0 for none. */
  readonly prefixBytes?: number;
  /** How keys and values are kept; float32 unless given. */
  readonly cacheDtype?: CacheDtype | undefined;
  /**
   * What its caches are taken of, and those of others, which take their steps in turn; unless given, one in
   * which all rows find room.
   */
  readonly pool?: CachePool | undefined;
}

let batches = 0;

export class ContinuousBatch {
  readonly #capacity: number;
  readonly #mostRows: number;
  readonly #pool: CachePool;
  readonly #owner = batches++;
  readonly #readers: readonly [PromptReader, PromptReader];
  readonly #groups: RowGroups;
  readonly #leavePool: () => void;
  #waiting: Lane[] = [];
  /** The oldest first. */
  #running: Lane[] = [];
  #preempted = 0;
  #isShort = false;
  #isStepping = false;

  /** @throws ContextError where the pool could not hold one request of full length. */
  constructor(model: DecodingModel, options: ContinuousBatchOptions) {
    const { capacity, rows, cacheDtype = "float32" } = options;
    const { pool = roomyPool(model.config, { ...options, cacheDtype }) } = options;
    checkPool(model.config, { capacity, rows, cacheDtype }, pool);
    this.#capacity = capacity;
    this.#mostRows = rows;
    this.#pool = pool;
    const reader = () => new PromptReader(model, { cacheDtype, pool, owner: this.#owner });
    this.#readers = [reader(), reader()];
    this.#groups = new RowGroups(model, { rows, cacheDtype }, pool);
    this.#leavePool = pool.join({
      oldestShort: () => (this.isShort ? this.#waiting[0]!.serial : null),
      youngestRunning: () => this.#running.at(-1)?.serial ?? null,
      preempt: () => this.#preempt(),
      giveBack: () => this.#giveBack(),
    });
  }

  /** Requests that are neither complete nor cancelled. */
  get open(): number {
    return this.#waiting.length + this.#running.length;
  }

  /** Whether the request whose turn it is waits for room in the pool. */
  get isShort(): boolean {
    return this.#isShort && this.#waiting.length > 0;
  }

  /** How often a request gave its rows back so that others could go on. */
  get preempted(): number {
    return this.#preempted;
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
    return this.#groups.count;
  }

  /**
   * Takes a request in; it joins the others as soon as there are rows for it, in order.
   * @throws ContextError when its prompt is empty, or does not fit with the new tokens.
   */
  submit(request: GenerationRequest, events: GenerationEvents = {}): RunningGeneration {
    const lane = new Lane(this.#pool.number(), request, events);
    const { prompts } = lane;
    for (const { length } of prompts) this.#check(length, request.maxNewTokens);
    if (prompts.length > this.#mostRows) {
      throw new ContextError(`a guided request takes 2 rows, and there are ${this.#mostRows}`);
    }
    this.#waiting.push(lane);
    return {
      get done() {
        return lane.state === "ended";
      },
      get promptTokensReused() {
        return lane.reused;
      },
      cancel: () => this.#end(lane, "cancelled"),
    };
  }

  /** Reads and draws one token of each sequence that runs. @returns whether any is left. */
  step(): boolean {
    this.#isStepping = true;
    try {
      this.#admit();
      this.#makeRoom();
      if (this.#running.length > 0) this.#advance();
    } finally {
      this.#isStepping = false;
    }
    this.#shrink();
    return this.open > 0;
  }

  /** Frees the caches; requests that are open are cancelled. */
  dispose(): void {
    for (const lane of [...this.#running, ...this.#waiting]) this.#end(lane, "cancelled");
    this.#leavePool();
    this.#groups.dispose();
    for (const reader of this.#readers) reader.release();
    this.#pool.forget(this.#owner);
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
    this.#isShort = false;
    for (let admitted = 0; admitted < most; admitted++) {
      const [lane] = this.#waiting;
      if (lane === undefined || this.rows + lane.prompts.length > this.#mostRows) return;
      this.#isShort = this.#pool.mustWait(lane.serial) || !this.#hasRoomFor(lane);
      if (this.#isShort) return;
      this.#waiting.shift();
      this.#begin(lane);
    }
  }

  #hasRoomFor(lane: Lane): boolean {
    const fits = () => {
      const reading = lane.prompts.map(({ length }, i) => this.#readers[i]!.blocksFor(length));
      const lengths = [lane.lengths, lane.lengthsToCome];
      const seats = Math.max(...lengths.map((each) => this.#groups.blocksFor(each)));
      return this.#pool.fits(reading.reduce((sum, blocks) => sum + blocks, seats));
    };
    if (fits()) return true;
    this.#pool.reclaim();
    return fits();
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
      if (!lane.hasBegun) {
        lane.reused = reader.reused - before;
        if (this.#draw(lane, logits!, without)) return;
      }
      lane.rows = this.#groups.seat(
        lane.prompts.map(({ length }, i) => ({ session: this.#readers[i]!.session, length })),
      );
      this.#running = [...this.#running, lane].sort((a, b) => a.serial - b.serial);
    } catch (error) {
      this.#end(lane, "error", error);
    }
  }

  /** Gives every row room for another token: the oldest request first, and from the youngest of all where the pool is short. */
  #makeRoom(): void {
    for (const lane of [...this.#running]) {
      for (const [i, row] of lane.rows.entries()) {
        while (lane.state === "running" && !this.#grows(row, lane.lengths[i]!)) {
          this.#pool.preempt();
        }
      }
    }
  }

  #grows(row: Row, length: number): boolean {
    if (this.#groups.grow(row, length)) return true;
    this.#pool.reclaim();
    return this.#groups.grow(row, length);
  }

  /** Of the youngest. It waits for room at once, so that none that is younger takes it. */
  #preempt(): void {
    const lane = this.#running.at(-1)!;
    this.#leave(lane);
    lane.state = "waiting";
    this.#waiting.unshift(lane);
    this.#isShort = true;
    this.#preempted++;
  }

  #advance(): void {
    for (const { rows, sequence, read } of this.#running) {
      for (const row of rows) row.next = sequence.ids[read]!;
    }
    this.#groups.step();
    for (const lane of [...this.#running]) {
      // One may have been cancelled by what another's token brought about.
      if (lane.state !== "running") continue;
      lane.read++;
      // Tokens that were drawn before it gave its rows back are read alone.
      if (lane.read < lane.sequence.ids.length) continue;
      try {
        const [logits, without = null] = lane.rows.map((row) => row.group.logitsOf(row));
        this.#draw(lane, logits!, without);
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

  #end(lane: Lane, reason: GenerationEnd["reason"], error?: unknown): void {
    if (lane.state === "ended") return;
    this.#waiting = this.#waiting.filter((other) => other !== lane);
    this.#leave(lane);
    lane.state = "ended";
    const { ids, likelihood } = lane.sequence;
    const failed = reason === "error" ? { error } : {};
    if (!this.#isStepping) this.#shrink();
    lane.events.onEnd?.({ reason, ids, likelihood, ...failed });
  }

  /** Frees its rows. */
  #leave(lane: Lane): void {
    this.#running = this.#running.filter((other) => other !== lane);
    for (const row of lane.rows) this.#groups.free(row);
    lane.rows = [];
    lane.read = 0;
  }

  /** Holds nothing where nothing is open. */
  #shrink(): void {
    this.#groups.fit(false);
    if (this.open === 0) for (const reader of this.#readers) reader.release();
  }

  /** What is held for what may come. */
  #giveBack(): void {
    for (const reader of this.#readers) reader.release();
    this.#groups.fit(true);
  }
}
