/**
 * The rows of a batch, in groups by how much their caches hold: a sequence that grows moves to the next
 * larger size. Each group is one session, that grows and shrinks with its rows; what it takes is reserved in
 * the pool.
 */
import type { CacheDtype } from "../decoder/layer-cache.ts";
import type { DecodingModel } from "../decoding-model.ts";
import { cacheCapacity, sessionBytes } from "./cache-capacity.ts";
import type { CachePool } from "./cache-pool.ts";
import { DecodingSession } from "./decoding-session.ts";

/** A sequence's place. */
export interface Row {
  group: RowGroup;
  index: number;
  /** What it reads in the next step. */
  next: number;
}

/** A sequence that is to get a row. */
export interface Place {
  /** Whose first sequence it is. */
  readonly session: DecodingSession;
  /** Its tokens. */
  readonly length: number;
}

export interface RowRoom {
  readonly rows: number;
  readonly cacheDtype: CacheDtype;
}

export class RowGroups {
  readonly #model: DecodingModel;
  readonly #room: RowRoom;
  readonly #pool: CachePool;
  readonly #groups = new Map<number, RowGroup>();

  constructor(model: DecodingModel, room: RowRoom, pool: CachePool) {
    this.#model = model;
    this.#room = room;
    this.#pool = pool;
  }

  /** Rows in use. */
  get count(): number {
    return [...this.#groups.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** Blocks that rows of sequences with so many tokens take beyond what is reserved, each with room for one more. */
  blocksFor(lengths: readonly number[]): number {
    const capacities = lengths.map((length) => this.#capacityAfter(length));
    return [...new Set(capacities)].reduce((sum, capacity) => {
      const rows = capacities.filter((each) => each === capacity).length;
      return sum + this.#group(capacity).blocksFor(rows);
    }, 0);
  }

  /** The pool must have room for all. @returns a row for each. */
  seat(places: readonly Place[]): Row[] {
    const groups = places.map(({ length }) => this.#group(this.#capacityAfter(length)));
    const counts = new Map(
      groups.map((group) => [group, groups.filter((each) => each === group).length]),
    );
    // What one group takes beyond its need must not be what another needs.
    let others = [...counts].reduce((sum, [group, rows]) => sum + group.blocksFor(rows), 0);
    for (const [group, rows] of counts) {
      others -= group.blocksFor(rows);
      group.makeRoom(rows, others);
    }
    return places.map(({ session }, i) => {
      const row: Row = { group: groups[i]!, index: 0, next: 0 };
      row.group.add(row, session, 0);
      return row;
    });
  }

  /**
   * Gives a row room for another token.
   * @param length tokens that it has.
   * @returns false where the pool has none.
   */
  grow(row: Row, length: number): boolean {
    const { group, index } = row;
    const larger = this.#group(this.#capacityAfter(length));
    if (larger === group) return true;
    if (!this.#pool.fits(larger.blocksFor(1))) return false;
    larger.makeRoom(1, 0);
    const { session } = group;
    group.remove(row);
    larger.add(row, session!, index);
    return true;
  }

  free(row: Row): void {
    row.group.remove(row);
  }

  /** Reads the next token of each row. */
  step(): void {
    for (const group of this.#groups.values()) group.step();
  }

  /** Gives back what is no longer needed. @param tight as much as can be, however soon it is needed again. */
  fit(tight: boolean): void {
    for (const group of this.#groups.values()) group.fit(tight);
  }

  dispose(): void {
    for (const group of this.#groups.values()) group.dispose();
  }

  #capacityAfter(length: number): number {
    return cacheCapacity(length + 1, this.#model.config.contextLength);
  }

  #group(capacity: number): RowGroup {
    const found = this.#groups.get(capacity);
    if (found !== undefined) return found;
    const group = new RowGroup(this.#model, { ...this.#room, capacity }, this.#pool);
    this.#groups.set(capacity, group);
    return group;
  }
}

/** Rows whose caches hold equally much. */
export class RowGroup {
  readonly #model: DecodingModel;
  readonly #room: RowRoom & { readonly capacity: number };
  readonly #pool: CachePool;
  readonly #rows = new Set<Row>();
  #session: DecodingSession | null = null;
  #logits: Float32Array | null = null;

  constructor(
    model: DecodingModel,
    room: RowRoom & { readonly capacity: number },
    pool: CachePool,
  ) {
    this.#model = model;
    this.#room = room;
    this.#pool = pool;
  }

  get count(): number {
    return this.#rows.size;
  }

  get session(): DecodingSession | null {
    return this.#session;
  }

  /** The fewest blocks that so many more rows take. */
  blocksFor(rows: number): number {
    const needed = this.#rows.size + rows;
    return Math.max(
      0,
      this.#blocks(fewestRows(needed, this.#room.rows)) - this.#blocks(this.#batch),
    );
  }

  /**
   * The pool must have room.
   * @param rows more than are in use.
   * @param others blocks that must be left.
   */
  makeRoom(rows: number, others: number): void {
    const needed = this.#rows.size + rows;
    if (this.#batch < needed) this.#resize(this.#rowsFor(needed, others));
  }

  /** Copies a row of a session into a free one: there must be one. */
  add(row: Row, from: DecodingSession, index: number): void {
    const used = new Set([...this.#rows].map((each) => each.index));
    let free = 0;
    while (used.has(free)) free++;
    this.#session!.takeRows(from, [[index, free]]);
    row.index = free;
    row.group = this;
    this.#rows.add(row);
  }

  remove(row: Row): void {
    this.#rows.delete(row);
    this.#pool.noteIdle();
  }

  step(): void {
    if (this.#session === null || this.#rows.size === 0) return;
    const { batch } = this.#session;
    const tokens = new Int32Array(batch);
    const waits = new Uint8Array(batch).fill(1);
    for (const { index, next } of this.#rows) {
      tokens[index] = next;
      waits[index] = 0;
    }
    this.#logits = this.#session.step(tokens, waits);
  }

  /** Of the last step: the session's own memory. */
  logitsOf({ index }: Row): Float32Array {
    const { vocabularySize } = this.#model.config;
    return this.#logits!.subarray(index * vocabularySize, (index + 1) * vocabularySize);
  }

  fit(tight: boolean): void {
    const rows = this.#rows.size;
    if (rows === 0) this.dispose();
    else if (tight) this.#resize(fewestRows(rows, this.#room.rows));
    else if (rows * 4 <= this.#batch) this.#resize(powerOfTwo(rows, this.#room.rows));
  }

  dispose(): void {
    this.#session?.dispose();
    this.#pool.release(this.#blocks(this.#batch));
    this.#session = null;
    this.#logits = null;
  }

  get #batch(): number {
    return this.#session?.batch ?? 0;
  }

  #blocks(rows: number): number {
    const { capacity, cacheDtype } = this.#room;
    return this.#pool.blocksOf(
      sessionBytes(this.#model.config, { batch: rows, capacity, cacheDtype }),
    );
  }

  /** A power of two, so that few programs serve all loads, or less where the pool is short. */
  #rowsFor(needed: number, others: number): number {
    const rows = powerOfTwo(needed, this.#room.rows);
    const fits = this.#pool.fits(this.#blocks(rows) - this.#blocks(this.#batch) + others);
    return fits ? rows : fewestRows(needed, this.#room.rows);
  }

  /** Moves all rows to a session for so many, the first ones of it. */
  #resize(batch: number): void {
    if (batch === this.#batch) return;
    const [before, after] = [this.#blocks(this.#batch), this.#blocks(batch)];
    if (after > before) this.#pool.reserve(after - before);
    const room = { ...this.#room, batch };
    const moves = [...this.#rows].map((row, to) => [row.index, to] as const);
    const from = this.#session === null ? null : { session: this.#session, rows: moves };
    try {
      this.#session = new DecodingSession(this.#model, room, from);
    } catch (error) {
      if (after > before) this.#pool.release(after - before);
      throw error;
    }
    for (const [to, row] of [...this.#rows].entries()) row.index = to;
    if (after < before) this.#pool.release(before - after);
  }
}

function powerOfTwo(rows: number, most: number): number {
  return Math.min(most, 2 ** Math.ceil(Math.log2(rows)));
}

/** Four sizes to a doubling, of which the smaller may be had where there is no room for the next power of two. */
function fewestRows(rows: number, most: number): number {
  const step = Math.max(1, 2 ** (Math.ceil(Math.log2(rows)) - 3));
  return Math.min(most, Math.ceil(rows / step) * step);
}
