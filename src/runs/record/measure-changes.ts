/** Measures whether a loaded model completes and edits drawings rightly, with a bar for whoever waits. */
import type { Config } from "../../config/index.ts";
import { type ChangeAccuracy, measureChanges } from "../../evaluate/index.ts";
import type { SvgGenerator } from "../../generate/index.ts";
import { readDrawings } from "../prepare-data.ts";
import { changeTasks } from "../tasks.ts";
import { progressBars } from "./progress-bars.ts";

/**
 * @param contextLength longest sequence in tokens.
 * @returns one for each such task of the configuration, of which something is held out. @throws SourceError
 */
export async function measureChanging(
  generator: SvgGenerator,
  config: Config,
  contextLength: number,
): Promise<ChangeAccuracy[]> {
  const tasks = changeTasks(config);
  if (tasks.length === 0) return [];
  const { drawn: drawings, seed } = config.evaluate;
  const { edits: kinds, editsEach: each } = config.data;
  const corpus = await readDrawings(config.data, generator.tokenizer.canonical);
  const onProgress = progressBars();
  return tasks.flatMap((task) => {
    const asked = { task, edits: { kinds, each }, drawings, seed, contextLength, onProgress };
    return measureChanges(generator, corpus, asked) ?? [];
  });
}
