/** Draws captions with a run, a model or the one that comes with Pathloom, in one call. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../../errors/index.ts";
import type { SpeculationFigures, WeightDtype } from "../../../models/index.ts";
import { printDrawing } from "../../../svg/index.ts";
import { type Override, resolveConfig } from "../../config/index.ts";
import { contactSheet } from "../../report/index.ts";
import { type NamedModel, sourceAndConfig } from "../loading/named-model.ts";
import { withGenerator } from "../loading/with-generator.ts";
import { drawOptions } from "../options.ts";
import { realDrawingsOf } from "../record/real-drawings.ts";
import { sampleFile } from "../record/sample-files.ts";
import { weightDtypeOf } from "../trainable-model.ts";

export interface GenerateRequest extends NamedModel {
  /** Captions, at least one. */
  readonly prompts: readonly string[];
  /** Drawings of each caption; 1 unless given. */
  readonly number?: number | undefined;
  /** Of the run's configuration, as `{ path: "generate.temperature", text: "0" }`. */
  readonly overrides?: readonly Override[] | undefined;
  /** How the model's matrices are held; as the run was trained over unless given. */
  readonly weightDtype?: WeightDtype | undefined;
  /** A folder for the drawings and their contact sheet; nothing is written without it. */
  readonly out?: string | undefined;
  /** Show on the sheet the icon of each caption in the configuration's data, too. */
  readonly real?: boolean | undefined;
  /** Is told of damaged checkpoints that are passed over. */
  readonly notice?: ((message: string) => void) | undefined;
}

export interface GeneratedDrawings {
  /** The folder of the checkpoint that drew. */
  readonly checkpoint: string;
  readonly weightDtype: WeightDtype;
  readonly seed: number;
  /** Of the drawing alone, without loading. */
  readonly seconds: number;
  /** What drafting saved; null where nothing was drafted. */
  readonly speculation: SpeculationFigures | null;
  /** The contact sheet's file; null where nothing was written. */
  readonly sheet: string | null;
  /** In the order of the captions. */
  readonly drawings: readonly GeneratedDrawing[];
}

export interface GeneratedDrawing {
  /** Null where nothing was written. */
  readonly file: string | null;
  readonly prompt: string;
  readonly tokens: number;
  readonly svg: string;
}

/**
 * What `pathloom generate` does: opens the model, draws each caption under the grammar, so that every
 * drawing is valid, and frees the model. One seed gives the same drawings.
 * @throws UsageError where no model or caption is named, or the model has no tokenizer
 * @throws ContextError naming a caption that leaves no room for a drawing
 * @throws ConfigError, CheckpointError, HubError, SourceError
 * @example
 * const { drawings } = await generateFromRun({ prompts: ["arrow right"], number: 4 });
 * for (const { svg } of drawings) console.log(svg);
 */
export async function generateFromRun(request: GenerateRequest): Promise<GeneratedDrawings> {
  const { out, number = 1, overrides = [], notice = () => {} } = request;
  if (request.prompts.length === 0) throw new UsageError("prompts: expected at least one caption");
  const prompts = request.prompts.flatMap((prompt) => Array<string>(number).fill(prompt));
  const { source, config } = sourceAndConfig(request, overrides, () =>
    resolveConfig({}, overrides),
  );
  // Before the model is loaded, so that an unwritable folder is told of at once.
  if (out !== undefined) mkdirSync(out, { recursive: true });
  const { weightDtype = weightDtypeOf(config) } = request;
  const drawn = await withGenerator(
    source,
    config,
    notice,
    ({ generator, contextLength, checkpoint }) => {
      let speculation: SpeculationFigures | null = null;
      const began = performance.now();
      const made = generator.draw(prompts, {
        ...drawOptions(config.generate, contextLength),
        onSpeculation: (figures) => {
          speculation = figures;
        },
      });
      const seconds = (performance.now() - began) / 1000;
      if (config.generate.speculate > 0 && generator.model.config.future === undefined) {
        notice(
          "generate.speculate: the model has no heads to draft by (model.futureTokens trains some), so that it drew without",
        );
      }
      return { made, speculation, checkpoint, seconds, canonical: generator.tokenizer.canonical };
    },
    weightDtype,
  );
  const drawings = drawn.made.map(({ prompt, drawing, ids }, index) => {
    const file = out === undefined ? null : join(out, sampleFile(index, prompt));
    const svg = printDrawing(drawing);
    if (file !== null) writeFileSync(file, svg);
    return { file, prompt, tokens: ids.length, svg };
  });
  const { checkpoint, seconds, speculation } = drawn;
  const figures = { checkpoint, weightDtype, seed: config.generate.seed, seconds, speculation };
  if (out === undefined) return { ...figures, sheet: null, drawings };
  const real = request.real === true ? await realDrawingsOf(config, drawn.canonical) : null;
  const cells = drawn.made.map(({ prompt, drawing }) => {
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
  return { ...figures, sheet, drawings };
}
