/** Measures whether a loaded model says rightly what drawings show, with a bar for whoever waits. */
import type { Config } from "../../config/index.ts";
import { type CaptionAccuracy, measureCaptions } from "../../evaluate/index.ts";
import type { SvgGenerator } from "../../generate/index.ts";
import { measuredSet } from "../prepare-data.ts";
import { progressBars } from "./progress-bars.ts";

/**
 * @param contextLength longest sequence in tokens.
 * @returns null where nothing is held out to be asked about. @throws SourceError
 */
export async function measureCaptioning(
  generator: SvgGenerator,
  config: Config,
  contextLength: number,
): Promise<CaptionAccuracy | null> {
  const { drawn, seed } = config.evaluate;
  const set = await measuredSet(config, generator.tokenizer, contextLength);
  const onProgress = progressBars();
  return measureCaptions(generator, set, { drawings: drawn, seed, contextLength, onProgress });
}
