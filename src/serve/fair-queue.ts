/**
 * Who draws next. Clients take turns, however many requests each has waiting; a request that needs
 * many rows waits until they are free, and none overtakes it.
 */

export class QueueFullError extends Error {
  override readonly name: string = "QueueFullError";
  /** Seconds after which a place may be free. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super("too many requests are waiting");
    this.retryAfter = retryAfter;
  }
}

export interface FairQueueOptions {
  /** Rows that are given out. */
  readonly rows: number;
  readonly maxWaiting: number;
  readonly maxWaitingPerClient: number;
  /** Milliseconds; `performance.now` unless given. */
  readonly now?: () => number;
}

interface Waiter {
  readonly rows: number;
  readonly admit: () => void;
}

/** The share of the newest in the mean time between two requests that end. */
const smoothing = 0.2;
const longestRetry = 60;

export class FairQueue {
  readonly #options: FairQueueOptions;
  readonly #now: () => number;
  /** The client whose turn it is first. */
  readonly #waiting = new Map<string, Waiter[]>();
  #used = 0;
  #count = 0;
  #isHeld = false;
  /** Of requests that end, in seconds; null before there were two. */
  #interval: number | null = null;
  #endedAt: number | null = null;

  constructor(options: FairQueueOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  get waiting(): number {
    return this.#count;
  }

  /** Rows that are given out now. */
  get rows(): number {
    return this.#used;
  }

  /**
   * Waits for rows.
   * @param rows at most as many as there are.
   * @param signal gives the place up.
   * @returns what gives them back, once.
   * @throws QueueFullError; the signal's reason
   */
  acquire(client: string, rows: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#count === 0 && this.#fits(rows)) return Promise.resolve(this.#take(rows));
    const own = this.#waiting.get(client) ?? [];
    const { maxWaiting, maxWaitingPerClient } = this.#options;
    if (this.#count >= maxWaiting || own.length >= maxWaitingPerClient) {
      throw new QueueFullError(this.#retryAfter());
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#remove(client, waiter);
        reject(signal.reason);
        // What waited behind it may fit.
        this.#admit();
      };
      const waiter: Waiter = {
        rows,
        admit: () => {
          signal.removeEventListener("abort", leave);
          resolve(this.#take(rows));
        },
      };
      signal.addEventListener("abort", leave, { once: true });
      own.push(waiter);
      this.#waiting.set(client, own);
      this.#count++;
    });
  }

  /** Lets nobody in, however many rows are free, until it is told otherwise. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#admit();
  }

  #fits(rows: number): boolean {
    return !this.#isHeld && this.#used + rows <= this.#options.rows;
  }

  #take(rows: number): () => void {
    this.#used += rows;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#used -= rows;
      this.#measure();
      this.#admit();
    };
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [client, [waiter]] = next;
      if (waiter === undefined || !this.#fits(waiter.rows)) return;
      this.#remove(client, waiter);
      waiter.admit();
    }
  }

  /** Its client, if it has more, comes last now. */
  #remove(client: string, waiter: Waiter): void {
    const own = this.#waiting.get(client) ?? [];
    const left = own.filter((other) => other !== waiter);
    if (left.length === own.length) return;
    this.#count--;
    const wasFirst = own[0] === waiter;
    if (left.length === 0 || wasFirst) this.#waiting.delete(client);
    if (left.length > 0) this.#waiting.set(client, left);
  }

  #measure(): void {
    const now = this.#now();
    if (this.#endedAt !== null) {
      const interval = (now - this.#endedAt) / 1000;
      const before = this.#interval ?? interval;
      this.#interval = before + smoothing * (interval - before);
    }
    this.#endedAt = now;
  }

  #retryAfter(): number {
    const seconds = Math.ceil((this.#interval ?? 1) * Math.max(1, this.#count));
    return Math.max(1, Math.min(longestRetry, seconds));
  }
}
