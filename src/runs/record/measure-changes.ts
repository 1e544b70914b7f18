/** Measures whether a loaded model completes and edits drawings rightly, with a bar for whoever waits. */
import type { Config } from "../../config/index.ts";
import { type ChangeAccuracy, measureChanges } from "../../evaluate/index.ts";
import type { SvgGenerator } from "../../generate/index.ts";
import { corpusOfSet, readDrawings } from "../prepare-data.ts";
import { preparedFolder } from "../prepared-data.ts";
import { changeTasks, taskShares } from "../tasks.ts";
import { progressBars } from "./progress-bars.ts";

/**
 * @param contextLength longest sequence in tokens.
 * @param notice is told what cannot be measured
 * @returns one for each such task of the configuration, of which something is held out. @throws SourceError
 */
export async function measureChanging(
  generator: SvgGenerator,
  config: Config,
  contextLength: number,
  notice: (text: string) => void,
): Promise<ChangeAccuracy[]> {
  const tasks = changeTasks(config).filter((task) => {
    const why = task === "editing" ? whyNoEdits(config) : null;
    if (why !== null) notice(why);
    return why === null;
  });
  if (tasks.length === 0) return [];
  const { drawn: drawings, seed } = config.evaluate;
  const { edits: kinds, editsEach: each } = config.data;
  const all = await readDrawings(config.data, generator.tokenizer.canonical);
  const corpus = corpusOfSet(all, config.evaluate);
  const onProgress = progressBars();
  return tasks.flatMap((task) => {
    const asked = { task, edits: { kinds, each }, drawings, seed, contextLength, onProgress };
    return measureChanges(generator, corpus, asked) ?? [];
  });
}

/** Edits made of what other edits lead to would be other ones than those that are held out. */
function whyNoEdits(config: Config): string | null {
  const folder = preparedFolder(config.data);
  if (folder === null || taskShares(config).some(({ task }) => task !== "editing")) return null;
  return `edits are not measured: ${folder} holds the drawings that they lead to, and not those that they begin with; evaluate on its sources`;
}
