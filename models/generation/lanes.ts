/**
 * Keeps the rows of a decoding session busy. A lane is a row, or with guidance two: one that read the
 * prompt and one that did not, which are given the same tokens. A lane whose sequence is complete takes
 * the next one and reads its prompt token by token, while the others go on.
 */
import type { DecodingSession } from "./decoding-session.ts";
import type { Sequence } from "./sequence.ts";

/** Longer prompts than this are read at once where all lanes begin together. */
const longestReadByStep = 32;

interface Lane {
  sequence: Sequence | null;
  /** Tokens that each row is still to read. */
  readonly pending: number[][];
}

export interface LaneEvents {
  readonly onStep?: (steps: number) => void;
  readonly onComplete?: (sequences: number) => void;
}

export class Lanes {
  readonly #session: DecodingSession;
  readonly #lanes: Lane[];
  readonly #branches: readonly (readonly ArrayLike<number>[])[];
  readonly #sequences: readonly Sequence[];
  readonly #byStep: boolean;
  #next = 0;
  #complete = 0;

  /**
   * @param session of `count` rows for each branch, those of the first branch first.
   * @param branches the prompts of all sequences, and with guidance those without what is asked for.
   * @param byStep reads the first prompts as the later ones, token by token, unless they are long: a
   * sequence is then computed alike whenever its turn comes.
   */
  constructor(
    session: DecodingSession,
    count: number,
    branches: readonly (readonly ArrayLike<number>[])[],
    sequences: readonly Sequence[],
    byStep: boolean,
  ) {
    this.#session = session;
    this.#branches = branches;
    this.#sequences = sequences;
    this.#byStep = byStep;
    this.#lanes = Array.from({ length: count }, () => ({
      sequence: null,
      pending: branches.map(() => []),
    }));
  }

  /** Until every sequence is complete. */
  run(events: LaneEvents): void {
    let logits = this.#begin();
    for (let step = 1; ; step++) {
      if (logits !== null) this.#choose(logits, events);
      events.onStep?.(step);
      for (const [lane] of this.#lanes.entries()) this.#refill(lane);
      if (this.#complete === this.#sequences.length) return;
      logits = this.#step();
    }
  }

  /** Gives each lane its first sequence. @returns logits, where prompts were read at once. */
  #begin(): Float32Array | null {
    for (const [lane] of this.#lanes.entries()) this.#refill(lane);
    const prompts = this.#branches.flatMap((_, branch) =>
      this.#lanes.map(({ pending }) => pending[branch]!),
    );
    if (this.#byStep && prompts.every(({ length }) => length <= longestReadByStep)) return null;
    const logits = this.#session.prefill(prompts);
    for (const { pending } of this.#lanes) for (const row of pending) row.length = 0;
    return logits;
  }

  #refill(lane: number): void {
    const own = this.#lanes[lane]!;
    if (own.sequence !== null || this.#next >= this.#sequences.length) return;
    const index = this.#next++;
    own.sequence = this.#sequences[index]!;
    for (const [branch, pending] of own.pending.entries()) {
      pending.push(...Array.from(this.#branches[branch]![index]!));
      this.#session.restart(this.#row(lane, branch));
    }
  }

  /** Every row of a lane whose rows have read all they were given has the next token chosen. */
  #choose(logits: Float32Array, { onComplete }: LaneEvents): void {
    const vocabulary = logits.length / this.#session.batch;
    const of = (row: number) => logits.subarray(row * vocabulary, (row + 1) * vocabulary);
    for (const [lane, own] of this.#lanes.entries()) {
      const { sequence, pending } = own;
      if (sequence === null || pending.some(({ length }) => length > 0)) continue;
      const without = pending.length > 1 ? of(this.#row(lane, 1)) : null;
      const id = sequence.choose(of(this.#row(lane, 0)), without);
      if (sequence.done) {
        own.sequence = null;
        this.#complete++;
        onComplete?.(this.#complete);
      } else for (const row of pending) row.push(id);
    }
  }

  /** Each lane's rows read a token; one that has fewer to read waits for the other. */
  #step(): Float32Array {
    const tokens = new Int32Array(this.#session.batch);
    const waits = new Uint8Array(this.#session.batch).fill(1);
    for (const [lane, { pending }] of this.#lanes.entries()) {
      const most = Math.max(...pending.map(({ length }) => length));
      for (const [branch, row] of pending.entries()) {
        if (row.length === 0 || row.length < most) continue;
        tokens[this.#row(lane, branch)] = row.shift()!;
        waits[this.#row(lane, branch)] = 0;
      }
    }
    return this.#session.step(tokens, waits);
  }

  #row(lane: number, branch: number): number {
    return branch * this.#lanes.length + lane;
  }
}
