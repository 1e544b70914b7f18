/** What the server counts, for Prometheus. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { CacheFigures, SequenceEnd } from "./engine/protocol.ts";

export interface Watched {
  readonly waiting: () => number;
  readonly rows: () => number;
  readonly sequences: () => number;
  /** Null before anything was drawn. */
  readonly caches: () => CacheFigures | null;
}

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter<"route" | "status">;
  readonly #durations: Histogram<"route">;
  readonly #waits: Histogram;
  readonly #tokens: Counter<"model" | "kind">;
  readonly #reused: Counter<"model">;
  readonly #cancelled: Counter;

  constructor({ waiting, rows, sequences, caches }: Watched) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#requests = new Counter({
      name: "pathloom_requests_total",
      help: "Requests answered, by route and status.",
      labelNames: ["route", "status"],
      registers,
    });
    this.#durations = new Histogram({
      name: "pathloom_request_seconds",
      help: "Seconds from a request's arrival to the end of its answer.",
      labelNames: ["route"],
      buckets: seconds,
      registers,
    });
    this.#waits = new Histogram({
      name: "pathloom_queue_seconds",
      help: "Seconds that drawing requests waited for rows.",
      buckets: seconds,
      registers,
    });
    this.#tokens = new Counter({
      name: "pathloom_tokens_total",
      help: "Tokens read (prompt) and drawn (completion).",
      labelNames: ["model", "kind"],
      registers,
    });
    this.#reused = new Counter({
      name: "pathloom_prompt_tokens_reused_total",
      help: "Tokens of prompts that were found from earlier prompts instead of read.",
      labelNames: ["model"],
      registers,
    });
    this.#cancelled = new Counter({
      name: "pathloom_cancelled_total",
      help: "Requests whose client went away before the end.",
      registers,
    });
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge("pathloom_queue_waiting", "Requests that wait for rows.", waiting);
    gauge("pathloom_rows_used", "Rows of the batch that are given out.", rows);
    gauge("pathloom_sequences_open", "Sequences that are being drawn.", sequences);
    const ofCaches = (name: keyof CacheFigures) => () => Number(caches()?.[name] ?? 0);
    const blocks = "in blocks of 16 tokens";
    gauge("pathloom_cache_blocks", `All that caches may hold, ${blocks}.`, ofCaches("blocks"));
    gauge(
      "pathloom_cache_blocks_reserved",
      `Caches of rows and of prompts that are read, ${blocks}.`,
      ofCaches("reserved"),
    );
    gauge("pathloom_cache_blocks_kept", `What earlier prompts left, ${blocks}.`, ofCaches("kept"));
    const counter = (name: string, help: string, value: () => number) =>
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value());
        },
      });
    counter(
      "pathloom_cache_evictions_total",
      "Pieces of earlier prompts that went to make room.",
      ofCaches("evicted"),
    );
    counter(
      "pathloom_preemptions_total",
      "How often a sequence gave its rows back so that others could go on.",
      ofCaches("preempted"),
    );
  }

  answered(route: string, status: number, took: number): void {
    this.#requests.inc({ route, status: String(status) });
    this.#durations.observe({ route }, took);
  }

  waited(took: number): void {
    this.#waits.observe(took);
  }

  drew(
    model: string,
    {
      promptTokens,
      reusedTokens,
      tokens,
    }: Pick<SequenceEnd, "promptTokens" | "reusedTokens" | "tokens">,
  ): void {
    this.#tokens.inc({ model, kind: "prompt" }, promptTokens);
    this.#reused.inc({ model }, reusedTokens);
    this.#tokens.inc({ model, kind: "completion" }, tokens);
  }

  cancelled(): void {
    this.#cancelled.inc();
  }

  dispose(): void {
    this.registry.clear();
  }
}
