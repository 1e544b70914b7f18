/**
 * A page that draws in the browser, as a folder for any static server: the page and its worker, built of
 * `src/serve/demo`; ONNX Runtime's WebAssembly, of the optional package onnxruntime-web; the model, its
 * tokenizer, and `demo.json`.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { writeFileAtomically } from "../../../checkpoints/index.ts";
import { UsageError } from "../../../errors/index.ts";

/** `demo.json`: what the page is told of its model. */
export interface DemoSettings {
  readonly name: string;
  /** The model's file, beside `demo.json`. */
  readonly model: string;
  readonly layers: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly contextLength: number;
  readonly defaults: {
    readonly temperature: number;
    readonly guidance: number;
    readonly topP: number;
  };
}

const pageFiles = ["index.html", "app.js", "worker.js", "style.css"];
const runtimeFile = "ort-wasm-simd-threaded.wasm";
const runtime = "onnxruntime-web";

/**
 * The files of the page and of the runtime.
 * @throws UsageError where the package was not built, or the runtime is not installed
 */
export function demoSources(): ReadonlyMap<string, string> {
  const built = builtFolder(import.meta.dirname);
  if (built === null) throw new UsageError("the page is not built: npm run build");
  const files = pageFiles.map((name) => [name, join(built, name)] as const);
  return new Map([...files, [runtimeFile, runtimePath()]]);
}

function runtimePath(): string {
  try {
    return createRequire(import.meta.url).resolve(`${runtime}/${runtimeFile}`);
  } catch {
    throw new UsageError(
      `the page draws by ONNX Runtime for browsers, an optional package: npm install ${runtime}@1.30.0`,
    );
  }
}

function builtFolder(from: string): string | null {
  const folder = join(from, "dist", "demo");
  if (existsSync(join(folder, "worker.js"))) return folder;
  return dirname(from) === from ? null : builtFolder(dirname(from));
}

/** @param folder under construction, which holds the model already. */
export function addDemoFiles(
  folder: string,
  sources: ReadonlyMap<string, string>,
  settings: DemoSettings,
): void {
  for (const [name, path] of sources) {
    writeFileAtomically(join(folder, name), (sink) => sink.write(readFileSync(path)));
  }
  const text = new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`);
  writeFileAtomically(join(folder, "demo.json"), (sink) => sink.write(text));
}
