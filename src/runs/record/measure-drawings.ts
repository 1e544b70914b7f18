/** Measures whether a loaded model's drawings follow their captions, with bars for whoever waits. */

import type { Config } from "../../config/index.ts";
import { type Measure, measure } from "../../evaluate/index.ts";
import type { SvgGenerator } from "../../generate/index.ts";
import { drawOptions } from "../options.ts";
import { measuredSet } from "../prepare-data.ts";
import { progressBars } from "./progress-bars.ts";

/** @param contextLength longest sequence in tokens. @throws SourceError */
export async function measureDrawings(
  generator: SvgGenerator,
  config: Config,
  contextLength: number,
): Promise<Measure> {
  const { evaluate, generate } = config;
  const { drawn, ranked, captions, seed } = evaluate;
  const onProgress = progressBars();
  return measure(generator, await measuredSet(config, generator.tokenizer, contextLength), {
    drawn,
    ranked,
    captions,
    seed,
    contextLength,
    onProgress,
    draw: drawOptions(generate, contextLength),
  });
}
