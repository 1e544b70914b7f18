/** Threads that prepare a set; with one, the work is done where it is asked for. */
import { Worker } from "node:worker_threads";
import { FontError } from "../../svg/render/index.ts";
import { type Job, type PartSummary, type ReadJob, runJob, type ShardSummary } from "./jobs.ts";

type ResultOf<T extends Job> = T extends ReadJob ? PartSummary : ShardSummary;

interface Answer {
  readonly result?: PartSummary | ShardSummary;
  readonly error?: Error;
  readonly isOfFont?: boolean;
}

export class Pool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  /** @param size threads; they are started when there is work for them. */
  constructor(size: number) {
    this.#size = size;
  }

  async run<T extends Job>(job: T): Promise<ResultOf<T>> {
    if (this.#size <= 1) return runJob(job) as ResultOf<T>;
    const worker = await this.#worker();
    try {
      return (await ask(worker, job)) as ResultOf<T>;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(worker);
      else next(worker);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((worker) => worker.terminate()));
  }

  async #worker(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.length < this.#size) {
      const worker = startWorker();
      this.#all.push(worker);
      return worker;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Of TypeScript, as tests run it, through tsx, which Node 20 does not hand on to threads. */
function startWorker(): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./worker.js", import.meta.url));
  const { href } = new URL("./worker.ts", import.meta.url);
  const program = `import("tsx/esm/api").then(({ register }) => (register(), import(${JSON.stringify(href)})))`;
  return new Worker(program, { eval: true });
}

function ask(worker: Worker, job: Job): Promise<PartSummary | ShardSummary> {
  return new Promise((resolve, reject) => {
    const done = () => worker.off("message", onMessage).off("error", onError).off("exit", onExit);
    const onMessage = ({ result, error, isOfFont }: Answer) => {
      done();
      if (result !== undefined) resolve(result);
      else reject(isOfFont ? new FontError(error!.message) : error);
    };
    const onError = (error: unknown) => {
      done();
      reject(error);
    };
    const onExit = (code: number) => onError(new Error(`a thread ended with ${code}`));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(job);
  });
}
