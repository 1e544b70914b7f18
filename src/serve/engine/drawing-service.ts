/** The drawing thread, seen from the server: requests in, news out. */
import { MessageChannel, type MessagePort, Worker, type WorkerOptions } from "node:worker_threads";
import { PathloomError } from "../../../errors/index.ts";
import type {
  CacheFigures,
  DrawingSetup,
  Fault,
  FromDrawing,
  Progress,
  SequenceRequest,
  ServedModel,
  ToDrawing,
} from "./protocol.ts";

/** What the drawing thread could not do. */
export class DrawingError extends PathloomError {
  override readonly name: string = "DrawingError";
  override readonly code: string;

  constructor({ code, message }: Fault) {
    super(message);
    this.code = code;
  }
}

export interface SequenceEvents {
  readonly onProgress: (progress: Progress) => void;
  readonly onError: (error: DrawingError) => void;
}

interface Picture {
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: DrawingError) => void;
}

export class DrawingService {
  readonly models: readonly ServedModel[];
  /** The engine, in words. */
  readonly summary: string;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #sequences = new Map<number, SequenceEvents>();
  readonly #pictures = new Map<number, Picture>();
  #last = 0;
  #caches: CacheFigures | null = null;
  #whenShort: (isShort: boolean) => void = () => {};
  /** Why nothing can be drawn any more. */
  #failure: DrawingError | null = null;

  private constructor(
    worker: Worker,
    port: MessagePort,
    { models, summary }: Extract<FromDrawing, { kind: "ready" }>,
  ) {
    this.models = models;
    this.summary = summary;
    this.#worker = worker;
    this.#port = port;
    port.on("message", (message: FromDrawing) => this.#hear(message));
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () => this.#fail(new Error("the drawing thread has ended")));
  }

  /**
   * Loads the model in a thread of its own.
   * @param begin the thread, which says that it is ready.
   * @throws whatever loading throws, as a DrawingError with its code
   */
  static async start(
    setup: DrawingSetup,
    notice: (message: string) => void,
    begin: (options: WorkerOptions) => Worker = startThread,
  ): Promise<DrawingService> {
    const { port1, port2 } = new MessageChannel();
    const worker = begin({ workerData: { port: port2, setup }, transferList: [port2] });
    const ready = await new Promise<Extract<FromDrawing, { kind: "ready" }>>((resolve, reject) => {
      worker.once("error", (error) => reject(asDrawingError(error)));
      worker.once("exit", () => reject(new DrawingError(ended)));
      const hear = (message: FromDrawing) => {
        if (message.kind === "notice") notice(message.message);
        if (message.kind !== "ready") return;
        port1.off("message", hear);
        worker.removeAllListeners();
        resolve(message);
      };
      port1.on("message", hear);
    });
    return new DrawingService(worker, port1, ready);
  }

  /** Null as long as the thread can draw. */
  get failure(): DrawingError | null {
    return this.#failure;
  }

  /** Sequences that are being drawn. */
  get open(): number {
    return this.#sequences.size;
  }

  /** What the caches hold; null before anything was drawn. */
  get caches(): CacheFigures | null {
    return this.#caches;
  }

  /** @param told whether sequences that were asked for wait for room, whenever that changes. */
  whenShort(told: (isShort: boolean) => void): void {
    this.#whenShort = told;
  }

  /** @returns what cancels the sequence; after the end that does nothing. */
  draw(request: SequenceRequest, events: SequenceEvents): () => void {
    const id = ++this.#last;
    if (this.#failure !== null) {
      events.onError(this.#failure);
      return () => {};
    }
    this.#sequences.set(id, events);
    this.#say({ kind: "submit", id, request });
    return () => {
      if (this.#sequences.delete(id)) this.#say({ kind: "cancel", id });
    };
  }

  /** A PNG file. @throws DrawingError */
  render(
    svg: string,
    picture: { readonly size: number; readonly color: string; readonly background: string | null },
  ): Promise<Uint8Array> {
    const id = ++this.#last;
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#pictures.set(id, { resolve, reject });
      this.#say({ kind: "render", id, svg, ...picture });
    });
  }

  /** Ends the thread; what is still being drawn fails. */
  async close(): Promise<void> {
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    if (this.#failure !== null) return;
    this.#say({ kind: "close" });
    const timer = setTimeout(() => void this.#worker.terminate(), closeMs);
    await exited;
    clearTimeout(timer);
    this.#port.close();
  }

  #say(message: ToDrawing): void {
    this.#port.postMessage(message);
  }

  #hear(message: FromDrawing): void {
    switch (message.kind) {
      case "progress":
        for (const news of message.news) {
          const events = this.#sequences.get(news.id);
          if (news.end !== null) this.#sequences.delete(news.id);
          events?.onProgress(news);
        }
        return;
      case "caches": {
        const before = this.#caches?.isShort ?? false;
        this.#caches = message.caches;
        if (message.caches.isShort !== before) this.#whenShort(message.caches.isShort);
        return;
      }
      case "failed": {
        const error = new DrawingError(message.fault);
        const events = this.#sequences.get(message.id);
        const picture = this.#pictures.get(message.id);
        this.#sequences.delete(message.id);
        this.#pictures.delete(message.id);
        events?.onError(error);
        picture?.reject(error);
        return;
      }
      case "rendered":
        this.#pictures.get(message.id)?.resolve(message.png);
        this.#pictures.delete(message.id);
        return;
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== null) return;
    this.#failure = asDrawingError(error);
    const open = [...this.#sequences.values()];
    const pictures = [...this.#pictures.values()];
    this.#sequences.clear();
    this.#pictures.clear();
    for (const { onError } of open) onError(this.#failure);
    for (const { reject } of pictures) reject(this.#failure);
    // Who waits for room is let in, and told that there is none to come.
    this.#whenShort(false);
  }
}

/** Compiled, the thread is a file; from source, its loader must be registered in the thread itself. */
function startThread(options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./drawing-thread.js", import.meta.url), options);
  }
  const [loader, file] = [
    import.meta.resolve("tsx/esm/api"),
    new URL("./drawing-thread.ts", import.meta.url).href,
  ];
  const source = `import(${JSON.stringify(loader)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(file)});
  });`;
  return new Worker(source, { ...options, eval: true, execArgv: [] });
}

const ended: Fault = { code: "ERR_DRAWING", message: "the drawing thread has ended" };
const closeMs = 5000;

/** Errors lose their class on the way from a thread, and keep what they say. */
function asDrawingError(error: Error & { readonly code?: unknown }): DrawingError {
  const { code, message } = error;
  return new DrawingError({ code: typeof code === "string" ? code : ended.code, message });
}
