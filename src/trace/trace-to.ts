/** What `pathloom trace` does: one image, or a folder of them, by a configuration. */
import { statSync } from "node:fs";
import { writeFileAtomically } from "../../checkpoints/index.ts";
import { UsageError } from "../../errors/index.ts";
import { printDrawing } from "../../svg/index.ts";
import type { Config } from "../config/index.ts";
import { tokenizerOfRecipe, tokenizerOfRun } from "../runs/index.ts";
import { type TracedFolder, traceFolder } from "./folder/trace-folder.ts";
import { type TracedImage, traceImage } from "./trace-image.ts";

export interface TraceRequest {
  /** An image, or a folder of them. */
  readonly images: string;
  /** Of an image: the `.svg` file, or nothing to write none. Of a folder: the data set's folder. */
  readonly to?: string | undefined;
  /** Its sections `trace` and `tokenizer`. */
  readonly config: Config;
  /** A run or checkpoint whose tokenizer counts, instead of the configuration's. */
  readonly run?: string | undefined;
  readonly notice: (message: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export type TraceResult =
  | { readonly kind: "folder"; readonly traced: TracedFolder }
  | { readonly kind: "image"; readonly traced: TracedImage; readonly svg: string };

/**
 * @throws UsageError for what is not there, or a folder without a target
 * @throws TraceError for one image that cannot be traced
 * @example
 * const result = await traceTo({ images: "cat.png", config: resolveConfig({}), notice: console.warn });
 * if (result.kind === "image") console.log(result.svg);
 */
export async function traceTo(request: TraceRequest): Promise<TraceResult> {
  const { images, to, config, run, notice, ...rest } = request;
  const stats = statSync(images, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`${images}: no such file or folder`);
  const tokenizer =
    run === undefined
      ? await tokenizerOfRecipe(config, undefined, notice)
      : tokenizerOfRun(run, notice);
  const options = { tokenizer, settings: config.trace };
  if (stats.isDirectory()) {
    if (to === undefined) {
      throw new UsageError(`--to: a folder of images becomes a data set; say where it goes`);
    }
    return {
      kind: "folder",
      traced: await traceFolder({ ...options, ...rest, images, folder: to }),
    };
  }
  const traced = await traceImage(images, options);
  const svg = `${printDrawing(traced.drawing)}\n`;
  if (to !== undefined) {
    if (!to.toLowerCase().endsWith(".svg")) {
      throw new UsageError(`--to ${to}: one image becomes a file that ends with .svg`);
    }
    writeFileAtomically(to, (sink) => sink.write(Buffer.from(svg)));
  }
  return { kind: "image", traced, svg };
}
