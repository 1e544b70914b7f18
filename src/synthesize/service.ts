/**
 * A server with OpenAI's interface, through its client: few requests at once, failures that may pass tried
 * again with growing waits, within a budget, and nothing asked twice that was answered once.
 */
import type OpenAI from "openai";
import { z } from "zod";
import { originOf } from "./addresses.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { AnswerCache } from "./cache.ts";
import { ItemFault, SynthesizeError } from "./errors.ts";
import type { Limiter, RequestBudget } from "./limits.ts";

export interface ServiceOptions {
  readonly url: string;
  /** The environment variable with its key; null for OpenAI's usual one, which OpenAI alone is sent. */
  readonly keyName: string | null;
  /** The setting that names the variable, for messages. */
  readonly keySetting: string;
  readonly attempts: number;
  /** Seconds. */
  readonly backoff: number;
  readonly timeout: number;
  readonly limiter: Limiter;
  readonly budget: RequestBudget;
  readonly cache: AnswerCache;
  readonly signal: AbortSignal | undefined;
}

/** Bytes of an answer, an image in base 64 among them. */
export const maxAnswerBytes = 2 ** 27;
const longestWait = 60;
const openAi = "https://api.openai.com";

export class Service {
  readonly #client: OpenAI;
  readonly #errors: typeof OpenAI;
  readonly #options: ServiceOptions;
  readonly #keyName: string | null;
  readonly #key: string;

  private constructor(Client: typeof OpenAI, options: ServiceOptions) {
    const isOpenAi = originOf(options.url) === openAi;
    this.#keyName = options.keyName ?? (isOpenAi ? "OPENAI_API_KEY" : null);
    this.#key = (this.#keyName === null ? undefined : process.env[this.#keyName]) ?? "";
    this.#client = new Client({
      baseURL: options.url,
      // The client wants one; servers of one's own pass it over.
      apiKey: this.#key || "none",
      // Unless they are given it takes these from the environment, for any server.
      organization: null,
      project: null,
      adminAPIKey: null,
      maxRetries: 0,
      timeout: 1000 * options.timeout,
      fetch: boundedFetch(maxAnswerBytes),
    });
    this.#errors = Client;
    this.#options = options;
  }

  /** @throws SynthesizeError where the client is not installed */
  static async open(options: ServiceOptions): Promise<Service> {
    const { default: Client } = await import("openai").catch((error: unknown) => {
      throw new SynthesizeError("servers are asked by the client openai: npm install openai", {
        cause: error,
      });
    });
    return new Service(Client, options);
  }

  /**
   * @param read makes the answer's bytes of what the server said; a ZodError or ItemFault of its says that
   *   the answer is no good, and is tried again
   * @throws ItemFault where it comes to nothing; SynthesizeError where all requests would
   */
  async ask(
    path: string,
    body: Readonly<Record<string, unknown>>,
    read: (answer: unknown, signal: AbortSignal) => Promise<Uint8Array> | Uint8Array,
  ): Promise<Buffer> {
    const { cache, limiter, url } = this.#options;
    const key = AnswerCache.keyOf([url, path, body]);
    const known = cache.get(key);
    if (known !== null) return known;
    const bytes = await limiter.run(() => this.#tryAgain(path, body, read));
    cache.set(key, bytes);
    return Buffer.from(bytes);
  }

  async #tryAgain(
    path: string,
    body: Readonly<Record<string, unknown>>,
    read: (answer: unknown, signal: AbortSignal) => Promise<Uint8Array> | Uint8Array,
  ): Promise<Uint8Array> {
    const { attempts, backoff, timeout, budget, signal } = this.#options;
    for (let attempt = 1; ; attempt++) {
      if (signal?.aborted) throw new ItemFault("stopped", true);
      budget.spend();
      try {
        const limits = [AbortSignal.timeout(1000 * timeout), ...(signal ? [signal] : [])];
        const within = AbortSignal.any(limits);
        const answer = await this.#client.post<unknown>(path, { body, signal: within });
        return await read(answer, within);
      } catch (error) {
        if (signal?.aborted) throw new ItemFault("stopped", true);
        const { reason, again, wait } = this.#faultOf(error);
        if (!again) throw new ItemFault(reason, false);
        if (attempt >= attempts) throw new ItemFault(`${reason} (${attempts} attempts)`, true);
        await pause(wait ?? Math.min(longestWait, backoff * 2 ** (attempt - 1)), signal);
      }
    }
  }

  /** What an error means for the request, with the wait in seconds that the server asks for. */
  #faultOf(error: unknown): { reason: string; again: boolean; wait?: number } {
    const { APIError, APIConnectionTimeoutError, APIUserAbortError, APIConnectionError } =
      this.#errors;
    if (error instanceof ItemFault) return { reason: error.message, again: error.mayPass };
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return { reason: "the answer is no JSON of its kind", again: true };
    }
    const late = { reason: `no answer within ${this.#options.timeout} s`, again: true };
    if (error instanceof APIConnectionTimeoutError || error instanceof APIUserAbortError)
      return late;
    if ((error as Error)?.name === "TimeoutError" || (error as Error)?.name === "AbortError") {
      return late;
    }
    if (error instanceof APIConnectionError)
      return { reason: "the connection failed", again: true };
    if (error instanceof APIError && error.status !== undefined) {
      return this.#faultOfStatus(error.status, error.headers, error.message);
    }
    return { reason: "the answer broke off", again: true };
  }

  #faultOfStatus(status: number, headers: Headers | undefined, message: string) {
    const said = this.#shown(message);
    if ([401, 403, 404].includes(status)) {
      const { url, keySetting } = this.#options;
      const hint =
        status === 404
          ? "is the base URL right?"
          : this.#keyName === null
            ? `no key was sent: ${keySetting} names its variable`
            : `is the key in the variable ${this.#keyName} right?`;
      throw new SynthesizeError(`${this.#shown(url)}: answers ${said.slice(0, 200)}; ${hint}`);
    }
    const reason = `the server answers ${status}`;
    const again = status === 408 || status === 409 || status === 429 || status >= 500;
    const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
    if (!again) return { reason: `${reason}: ${said.slice(0, 120)}`, again };
    if (!(seconds >= 0)) return { reason, again };
    return { reason, again, wait: Math.min(longestWait, seconds) };
  }

  /** What a server says in one line, without the key and without the passwords of URLs. */
  #shown(text: string): string {
    const open = this.#key === "" ? text : text.replaceAll(this.#key, "…");
    return open.replaceAll(/\s+/g, " ").replaceAll(/\/\/[^\s/?#]*@/g, "//");
  }
}

function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, 1000 * seconds);
    signal?.addEventListener("abort", done);
  });
}
