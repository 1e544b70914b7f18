/** The worker of the static page: loads the model beside it, and draws what it is asked for. */
import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { tokenizerFromJSON } from "../../../tokenizer/index.ts";
import type { DemoSettings } from "../../runs/index.ts";
import type { Ask, Told } from "./messages.ts";
import { OnnxDrawer } from "./onnx-drawer.ts";
import type { OnnxTensor } from "./onnx-rows.ts";

const beside = (name: string) => new URL(name, import.meta.url).href;
const tell = (told: Told) => self.postMessage(told);
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function load() {
  const fetched = async (name: string) => {
    const answer = await fetch(beside(name));
    if (!answer.ok) throw new Error(`${name}: the server answered ${answer.status}`);
    return answer;
  };
  const settings = (await (await fetched("demo.json")).json()) as DemoSettings;
  const tokenizer = tokenizerFromJSON(await (await fetched("tokenizer.json")).json());
  env.wasm.wasmPaths = { wasm: beside("ort-wasm-simd-threaded.wasm") };
  // Several threads take memory that pages share, which few static servers allow.
  env.wasm.numThreads = 1;
  const bytes = new Uint8Array(await (await fetched(settings.model)).arrayBuffer());
  const session = await InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const runtime = {
    tensor: (type: "int64" | "float32", data: BigInt64Array | Float32Array, dims: number[]) =>
      (type === "int64"
        ? new Tensor("int64", data as BigInt64Array, dims)
        : new Tensor("float32", data as Float32Array, dims)) as OnnxTensor,
    run: (feeds: Readonly<Record<string, OnnxTensor>>) =>
      session.run(feeds as Record<string, Tensor>) as Promise<Record<string, OnnxTensor>>,
  };
  return { settings, drawer: new OnnxDrawer(runtime, tokenizer, settings) };
}

const loaded = load();
let running: AbortController | null = null;
/** One after the other: a request that was stopped ends at its next token. */
let last: Promise<void> = Promise.resolve();

loaded.then(
  ({ settings }) => tell({ kind: "ready", settings }),
  (error: unknown) => tell({ kind: "broken", reason: reasonOf(error) }),
);

self.addEventListener("message", ({ data }: MessageEvent<Ask>) => {
  running?.abort();
  if (data.kind === "stop") return;
  const own = new AbortController();
  running = own;
  const { id, settings } = data;
  last = last.then(() => draw(id, settings, own.signal));
});

async function draw(
  id: number,
  settings: Extract<Ask, { kind: "draw" }>["settings"],
  signal: AbortSignal,
) {
  try {
    const { drawer } = await loaded;
    await drawer.draw(
      settings,
      {
        tokens: (index, tokens) => tell({ kind: "tokens", id, index, tokens }),
        partial: (index, svg) => tell({ kind: "partial", id, index, svg }),
        drawing: (index, svg, tokens) => tell({ kind: "drawing", id, index, svg, tokens }),
      },
      signal,
    );
    tell({ kind: "done", id });
  } catch (error) {
    tell({ kind: "error", id, reason: reasonOf(error) });
  }
}
