/** The way of a request to the model: who it is of, its turn, its time, and its end. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ServeConfig } from "../config/index.ts";
import { ApiError } from "./errors.ts";
import { FairQueue, QueueFullError } from "./fair-queue.ts";

/** A request that draws. */
export interface Ticket {
  /** Aborts when the client goes away, when time is over, and when the server gives up. */
  readonly signal: AbortSignal;
  /** Seconds it waited. */
  readonly waited: number;
  /** Gives its rows back; once is enough. */
  leave(): void;
}

/** The client went away: nobody reads an answer. */
export class ClientGone extends Error {
  override readonly name: string = "ClientGone";
}

export class Gate {
  readonly queue: FairQueue;
  readonly #config: ServeConfig;
  readonly #keys: readonly Buffer[];
  readonly #open = new Set<AbortController>();
  #emptied: (() => void) | null = null;
  /** Set when the server ends: nothing new is let in. */
  closing = false;

  /** @param keys of which a request must bear one; none lets everyone in. */
  constructor(config: ServeConfig, keys: readonly string[]) {
    this.#config = config;
    this.#keys = keys.map(digest);
    this.queue = new FairQueue({
      rows: config.rows,
      maxWaiting: config.maxQueued,
      maxWaitingPerClient: config.maxQueuedPerClient,
    });
  }

  /** Requests that were let in and have not left. */
  get open(): number {
    return this.#open.size;
  }

  /**
   * Who asks: a key, or an address where there are none.
   * @throws ApiError 401
   */
  identify(request: FastifyRequest): string {
    if (this.#keys.length === 0) return `address ${request.ip}`;
    const [, bearer] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
    const index = bearer === undefined ? -1 : this.#indexOf(bearer);
    if (index >= 0) return `key ${index}`;
    const what = bearer === undefined ? "no API key was given" : "this API key is unknown";
    throw new ApiError(
      401,
      "authentication_error",
      "invalid_api_key",
      `${what}: send it as "Authorization: Bearer KEY"`,
      { headers: { "www-authenticate": "Bearer" } },
    );
  }

  /**
   * Waits for the request's turn.
   * @param rows of the batch that it takes.
   * @throws ApiError 429, 503 or 504; ClientGone
   */
  async enter(request: FastifyRequest, reply: FastifyReply, rows: number): Promise<Ticket> {
    if (this.closing) throw closingError();
    const client = this.identify(request);
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(timeoutError(this.#config.maxSeconds)),
      this.#config.maxSeconds * 1000,
    );
    const gone = () => {
      if (!reply.raw.writableFinished) abort.abort(new ClientGone("the client went away"));
    };
    reply.raw.once("close", gone);
    this.#open.add(abort);
    let release = () => {};
    const leave = () => {
      clearTimeout(timer);
      reply.raw.off("close", gone);
      release();
      this.#open.delete(abort);
      if (this.#open.size === 0) this.#emptied?.();
    };
    const came = performance.now();
    try {
      release = await this.queue.acquire(client, rows, abort.signal);
    } catch (error) {
      leave();
      throw error instanceof QueueFullError ? fullError(error) : error;
    }
    return { signal: abort.signal, waited: (performance.now() - came) / 1000, leave };
  }

  /**
   * Lets nothing in any more, and waits for what was let in.
   * @param seconds after which the rest is given up.
   */
  async close(seconds: number): Promise<void> {
    this.closing = true;
    if (this.#open.size === 0) return;
    const timer = setTimeout(() => {
      for (const abort of this.#open) abort.abort(closingError());
    }, seconds * 1000);
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    clearTimeout(timer);
  }

  /** Compares all, so that the time tells nothing of how much of a key was right. */
  #indexOf(bearer: string): number {
    const given = digest(bearer);
    return this.#keys.reduce((at, key, i) => (timingSafeEqual(key, given) ? i : at), -1);
  }
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}

function closingError(): ApiError {
  return new ApiError(503, "server_error", "shutting_down", "the server is shutting down", {
    headers: { "retry-after": "5", connection: "close" },
  });
}

function timeoutError(seconds: number): ApiError {
  return new ApiError(
    504,
    "timeout_error",
    "timeout",
    `the request took longer than ${seconds} seconds`,
  );
}

function fullError({ retryAfter }: QueueFullError): ApiError {
  return new ApiError(
    429,
    "rate_limit_error",
    "queue_full",
    `too many requests are waiting; try again in ${retryAfter} seconds`,
    { headers: { "retry-after": String(retryAfter) } },
  );
}
