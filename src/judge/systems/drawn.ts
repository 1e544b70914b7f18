/** What a model of ours draws for the captions of a benchmark, and what it was trained on. */

import { SourceError } from "../../../data/index.ts";
import type { WeightDtype } from "../../../models/index.ts";
import { printDrawing } from "../../../svg/index.ts";
import { encodePrompt, type SvgTokenizer } from "../../../tokenizer/index.ts";
import type { Override } from "../../config/index.ts";
import { resolveConfig } from "../../config/index.ts";
import { type DrawOptions, endedByItself, type SvgGenerator } from "../../generate/index.ts";
import { type TrainedDrawings, trainedDrawings } from "../../metrics/index.ts";
import {
  drawOptions,
  type NamedModel,
  readDrawings,
  sourceAndConfig,
  weightDtypeOf,
  withGenerator,
} from "../../runs/index.ts";
import type { BenchmarkItem } from "../benchmark/benchmark.ts";

export interface DrawnItem {
  readonly svg: string | null;
  readonly tokens: number | null;
  readonly seconds: number | null;
  readonly ended: boolean | null;
}

export interface DrawnSystem {
  readonly drawings: readonly DrawnItem[];
  /** Null where it is not asked for, or the model's own configuration does not say. */
  readonly trained: TrainedDrawings | null;
  /** How it drew, in words. */
  readonly how: string;
  /** The folder of what was loaded. */
  readonly checkpoint: string;
  /** Captions that left no room for a drawing. */
  readonly tooLong: number;
}

export interface DrawRequest {
  readonly overrides: readonly Override[];
  readonly weightDtype?: WeightDtype | undefined;
  /** Without the grammar. */
  readonly free: boolean;
  /** Whether it matters what the model was trained on. */
  readonly trained: boolean;
  readonly notice: (text: string) => void;
  readonly onProgress: (done: number, total: number) => void;
}

/** @throws CheckpointError, HubError, ConfigError; UsageError where no model is named */
export async function drawnBy(
  model: NamedModel,
  items: readonly BenchmarkItem[],
  request: DrawRequest,
): Promise<DrawnSystem> {
  const { overrides, notice, free, weightDtype } = request;
  // Whether the configuration says what the model was trained on: a default one, or data given anew, does not.
  let knowsData = !overrides.some(({ path }) => path === "data" || path.startsWith("data."));
  const { source, config } = sourceAndConfig(model, overrides, () => {
    knowsData = false;
    return resolveConfig({}, overrides);
  });
  const dtype = weightDtype ?? weightDtypeOf(config);
  return withGenerator(
    source,
    config,
    notice,
    async ({ generator, contextLength, checkpoint }) => {
      const options = drawOptions(config.generate, contextLength);
      const { temperature, topP, guidance, candidates, seed } = config.generate;
      const how = [
        ...(free ? ["without grammar"] : ["under the grammar"]),
        `temperature ${temperature}, top-p ${topP}, seed ${seed}`,
        ...(guidance === 1 ? [] : [`guidance ${guidance}`]),
        ...(candidates === 1 || free ? [] : [`best of ${candidates}`]),
        ...(dtype === "float32" ? [] : [`weights in ${dtype}`]),
      ].join(", ");
      const { drawings, tooLong } = draw(generator, items, options, request);
      const trained =
        request.trained && knowsData
          ? await trainedOn(config.data, generator.tokenizer, notice)
          : null;
      return { drawings, trained, how, tooLong, checkpoint };
    },
    dtype,
  );
}

function draw(
  generator: SvgGenerator,
  items: readonly BenchmarkItem[],
  options: DrawOptions,
  { free, onProgress }: DrawRequest,
): Pick<DrawnSystem, "drawings" | "tooLong"> {
  const fitting = items.flatMap(({ caption }, index) =>
    generator.fits(caption, options) ? [{ caption, index }] : [],
  );
  const prompts = fitting.map(({ caption }) => caption);
  const told: DrawOptions = {
    ...options,
    onProgress: (share) => onProgress(Math.round(share * prompts.length), prompts.length),
  };
  const began = performance.now();
  const drawn = free ? generator.drawFreely(prompts, told) : generator.draw(prompts, told);
  const seconds = (performance.now() - began) / 1000;
  const made = drawn.map((one) => ({
    ...one,
    ended:
      "ended" in one
        ? one.ended
        : endedByItself(generator.tokenizer, one.ids, budgetOf(generator, one.prompt, options)),
  }));
  const total = made.reduce((sum, { ids }) => sum + ids.length, 0);
  const drawings: DrawnItem[] = items.map(() => ({
    ...{ svg: null, tokens: null, seconds: null, ended: null },
  }));
  for (const [i, { drawing, ids, ended }] of made.entries()) {
    drawings[fitting[i]!.index] = {
      svg: drawing === null ? null : printDrawing(drawing),
      tokens: ids.length,
      seconds: (seconds * ids.length) / Math.max(1, total),
      ended,
    };
  }
  return { drawings, tooLong: items.length - fitting.length };
}

/** As the generator gives it. */
function budgetOf(
  { tokenizer, model }: SvgGenerator,
  prompt: string,
  { guidance = 1, candidates = 1, context, maxTokens }: DrawOptions,
): number {
  const own = encodePrompt(tokenizer, prompt).length;
  const beside = guidance !== 1 || candidates > 1 ? encodePrompt(tokenizer, "").length : 0;
  const room = (context ?? model.config.contextLength) - Math.max(own, beside);
  return Math.min(room, maxTokens ?? room);
}

/** Null where the drawings are not there any more. */
async function trainedOn(
  data: Parameters<typeof readDrawings>[0],
  { canonical }: SvgTokenizer,
  notice: (text: string) => void,
): Promise<TrainedDrawings | null> {
  try {
    const { train } = await readDrawings(data, canonical);
    return trainedDrawings(
      train.map(({ drawing }) => drawing),
      canonical,
    );
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    notice(`what the model was trained on cannot be read: ${error.message}`);
    return null;
  }
}
