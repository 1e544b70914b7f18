/** The static page: drawings come from a worker beside it, and nothing from any server. */
import { type DrawingSource, startPage } from "../page/drawing-page.ts";
import type { Handlers, Models, Settings } from "../page/settings.ts";
import type { Ask, Told } from "./messages.ts";

const mostDrawings = 8;

class WorkerSource implements DrawingSource {
  readonly #worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  #requests = 0;

  listModels(): Promise<Models> {
    return new Promise((resolve, reject) => {
      this.#worker.addEventListener("error", ({ message }) => reject(new Error(message)));
      this.#worker.addEventListener("message", ({ data }: MessageEvent<Told>) => {
        if (data.kind === "broken") reject(new Error(data.reason));
        if (data.kind !== "ready") return;
        const { name, defaults } = data.settings;
        resolve({ data: [{ id: name }], pathloom: { defaults, maxChoices: mostDrawings } });
      });
    });
  }

  draw(settings: Settings, on: Handlers, signal: AbortSignal): Promise<void> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => {
        this.#worker.removeEventListener("message", take);
        signal.removeEventListener("abort", stop);
        finish();
      };
      const take = ({ data }: MessageEvent<Told>) => {
        if (!("id" in data) || data.id !== id) return;
        if (data.kind === "tokens") on.tokens(data.index, data.tokens);
        else if (data.kind === "partial") on.partial(data.index, data.svg);
        else if (data.kind === "drawing") on.drawing(data.index, data.svg, data.tokens);
        else if (data.kind === "done") end(resolve);
        else end(() => reject(new Error(data.reason)));
      };
      const stop = () => {
        this.#ask({ kind: "stop" });
        end(() => reject(new Error("stopped")));
      };
      this.#worker.addEventListener("message", take);
      signal.addEventListener("abort", stop);
      this.#ask({ kind: "draw", id, settings });
    });
  }

  #ask(ask: Ask): void {
    this.#worker.postMessage(ask);
  }
}

startPage(new WorkerSource());
