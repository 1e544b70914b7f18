/** Draws captions and writes the drawings and their contact sheet into a folder. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { WeightDtype } from "../../../models/index.ts";
import { printDrawing } from "../../../svg/index.ts";
import type { Config } from "../../config/index.ts";
import { contactSheet } from "../../report/index.ts";
import { type ModelSource, realDrawingsOf, sampleFile, weightDtypeOf } from "../../runs/index.ts";
import { drawWithRun } from "./draw-with-run.ts";

export interface GenerateRequest {
  readonly source: ModelSource;
  readonly config: Config;
  /** How the model's matrices are kept; as the configuration says where undefined. */
  readonly weightDtype: WeightDtype | undefined;
  readonly prompts: readonly string[];
  /** Drawings of each prompt. */
  readonly number: number;
  readonly out: string;
  /** Show the icon of each caption in the configuration's data beside the drawing. */
  readonly real: boolean;
  readonly notice: (message: string) => void;
}

export interface GeneratedDrawings {
  /** The folder of the checkpoint that drew. */
  readonly checkpoint: string;
  readonly weightDtype: WeightDtype;
  readonly seed: number;
  readonly seconds: number;
  readonly sheet: string;
  readonly drawings: readonly GeneratedDrawing[];
}

export interface GeneratedDrawing {
  readonly file: string;
  readonly prompt: string;
  readonly tokens: number;
  readonly svg: string;
}

export async function generateDrawings(request: GenerateRequest): Promise<GeneratedDrawings> {
  const { config, number, out } = request;
  const prompts = request.prompts.flatMap((prompt) => Array<string>(number).fill(prompt));
  // Before the model is loaded, so that an unwritable folder is told of at once.
  mkdirSync(out, { recursive: true });
  const { source, notice, weightDtype = weightDtypeOf(config) } = request;
  const drawn = await drawWithRun(source, prompts, config, notice, weightDtype);
  const drawings = drawn.drawings.map(({ prompt, drawing, ids }, index) => {
    const file = join(out, sampleFile(index, prompt));
    const svg = printDrawing(drawing);
    writeFileSync(file, svg);
    return { file, prompt, tokens: ids.length, svg };
  });
  const real = request.real ? await realDrawingsOf(config, drawn.canonical) : null;
  const cells = drawn.drawings.map(({ prompt, drawing }) => {
    const found = real?.find(prompt) ?? null;
    return {
      caption: prompt,
      made: drawing,
      real: found?.drawing ?? null,
      known: found?.known ?? ("none" as const),
    };
  });
  const sheet = join(out, "sheet.png");
  const { cellSize, sheetColumns } = config.report;
  writeFileSync(sheet, contactSheet(cells, { columns: sheetColumns, cellSize }));
  const { checkpoint, seconds } = drawn;
  return { checkpoint, weightDtype, seed: config.generate.seed, seconds, sheet, drawings };
}
