/**
 * resvg in a thread of its own, as WebAssembly. The native build of the same version ends the process
 * on some sources (a translucent element wholly off the canvas, some filters); here the same fault is a
 * trap, and a source that takes too long is given up. The thread is then replaced, as a trap leaves
 * the module's memory in no known state.
 */
import { createRequire } from "node:module";
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";

export interface RenderRequest {
  readonly svg: string;
  /** Pixels of the longer side; undefined for the size that the source gives itself. */
  readonly size: number | undefined;
  readonly background: string | undefined;
  /** Font files' contents, which stay as they are; text is not painted without. */
  readonly fonts: readonly Uint8Array[];
  /** `outlines` are the source with its text as paths: an SVG document. */
  readonly want: "png" | "pixels" | "outlines";
}

export interface Rendered {
  readonly width: number;
  readonly height: number;
  /** A PNG file, rows of pixels of four bytes, or an SVG document in UTF-8. */
  readonly data: Uint8Array;
}

/** The source cannot be rendered; the message says why. */
export class RenderFault extends Error {
  override readonly name: string = "RenderFault";
}

/** The source takes too long: how far it comes in its time depends on the machine. */
export class RenderTimeout extends RenderFault {
  override readonly name = "RenderTimeout";
}

/** No source can be rendered: the renderer is not there. */
export class RendererStartFault extends RenderFault {
  override readonly name = "RendererStartFault";
}

type Answer =
  | { readonly kind: "ready" }
  | ({ readonly kind: "picture" } & Rendered)
  /** @param fatal whether the module is not to be used again. */
  | { readonly kind: "error"; readonly message: string; readonly fatal: boolean };

/** Runs in the worker: answers each request, then wakes the thread that waits for it. */
const workerSource = `
const { workerData } = require("node:worker_threads");
const { readFileSync } = require("node:fs");
const { port, flag, library, binary, mostOutlines } = workerData;
const { initWasm, Resvg } = require(library);
const answer = (message, transfer = []) => {
  port.postMessage(message, transfer);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
};
const outlinesOf = (svg, options) => {
  const tree = new Resvg(svg, options);
  const { width, height } = tree;
  const text = tree.toString();
  tree.free();
  if (text.length > mostOutlines) throw new Error("its outlines are too long");
  return { kind: "picture", width, height, data: new TextEncoder().encode(text) };
};
let held = [];
const render = ({ svg, size, background, hasFonts, fonts, want }) => {
  if (fonts !== undefined) held = fonts;
  const options = { font: { fontBuffers: hasFonts ? held : [] } };
  if (want === "outlines") return outlinesOf(svg, options);
  if (background !== undefined) options.background = background;
  if (size !== undefined) {
    const whole = new Resvg(svg, options);
    const { width, height } = whole;
    whole.free();
    // The longer side is as asked for, unless nothing would be left of the shorter one.
    const thin = (Math.min(width, height) * size) / Math.max(width, height) < 1;
    const mode = width >= height === thin ? "height" : "width";
    options.fitTo = { mode, value: thin ? 1 : size };
  }
  const tree = new Resvg(svg, options);
  const image = tree.render();
  const { width, height } = image;
  const data = want === "png" ? image.asPng() : image.pixels;
  image.free();
  tree.free();
  return { kind: "picture", width, height, data };
};
initWasm(readFileSync(binary)).then(() => {
  answer({ kind: "ready" });
  port.on("message", (request) => {
    try {
      const picture = render(request);
      answer(picture, [picture.data.buffer]);
    } catch (error) {
      const refused = typeof error === "string" || (error && error.constructor === Error);
      answer({ kind: "error", message: String((error && error.message) || error), fatal: !refused });
    }
  });
}, (error) => answer({ kind: "error", message: String(error), fatal: true }));
`;
const startMs = 30_000;
/** Characters of a text's outlines. */
const mostOutlines = 2 ** 23;

class RenderThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  /** The fonts that the thread holds. */
  #fonts: readonly Uint8Array[] = [];

  constructor() {
    const { resolve } = createRequire(import.meta.url);
    const { port1, port2 } = new MessageChannel();
    this.#worker = new Worker(workerSource, {
      eval: true,
      // Not the loaders of this process, which the source has no need of.
      execArgv: [],
      workerData: {
        port: port2,
        mostOutlines,
        flag: this.#flag,
        library: resolve("@resvg/resvg-wasm"),
        binary: resolve("@resvg/resvg-wasm/index_bg.wasm"),
      },
      transferList: [port2],
    });
    this.#worker.unref();
    this.#port = port1;
    this.#port.unref();
    const answer = this.#answer(startMs);
    if (answer?.kind !== "ready") {
      this.end();
      const why = answer?.kind === "error" ? answer.message : "no answer";
      throw new RendererStartFault(`the renderer does not start: ${why}`);
    }
  }

  /** undefined where no answer comes in time. */
  ask({ fonts, ...request }: RenderRequest, timeoutMs: number): Answer | undefined {
    const hasFonts = fonts.length > 0;
    // They may be large, and are copied once.
    const held = !hasFonts || areOne(fonts, this.#fonts);
    if (!held) this.#fonts = [...fonts];
    Atomics.store(this.#flag, 0, 0);
    this.#port.postMessage({ ...request, hasFonts, fonts: held ? undefined : fonts });
    return this.#answer(timeoutMs);
  }

  #answer(timeoutMs: number): Answer | undefined {
    const until = performance.now() + timeoutMs;
    // The notice of an answer may come late, and wake the wait for the next one.
    while (Atomics.load(this.#flag, 0) === 0) {
      const left = until - performance.now();
      if (left <= 0) return undefined;
      Atomics.wait(this.#flag, 0, 0, left);
    }
    return receiveMessageOnPort(this.#port)?.message;
  }

  end(): void {
    this.#port.close();
    void this.#worker.terminate();
  }
}

function areOne(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

let thread: RenderThread | undefined;

/** @throws RendererStartFault also where there is no worker or memory to be had */
function started(): RenderThread {
  try {
    return new RenderThread();
  } catch (error) {
    if (error instanceof RendererStartFault) throw error;
    throw new RendererStartFault(`the renderer does not start: ${(error as Error).message}`);
  }
}

/** @throws RenderFault */
export function renderSource(request: RenderRequest, timeoutMs: number): Rendered {
  thread ??= started();
  const answer = thread.ask(request, timeoutMs);
  if (answer?.kind === "picture") return answer;
  const fatal = answer?.kind !== "error" || answer.fatal;
  if (fatal) {
    thread.end();
    thread = undefined;
  }
  if (answer?.kind !== "error") {
    throw new RenderTimeout(`it takes longer than ${timeoutMs / 1000} s`);
  }
  throw new RenderFault(fatal ? `the renderer fails on it (${answer.message})` : answer.message);
}
