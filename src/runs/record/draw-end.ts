/** What a run's best checkpoint draws at the end: the prompts, captions side by side, and the measure. */
import type { Config } from "../../config/index.ts";
import {
  type CaptionAccuracy,
  type ChangeAccuracy,
  contrastCaptions,
  type Measure,
} from "../../evaluate/index.ts";
import type { DrawnDrawing } from "../../generate/index.ts";
import type { RunStart } from "../events.ts";
import { withGenerator } from "../loading/with-generator.ts";
import { drawOptions } from "../options.ts";
import { drawsCaptions, saysCaptions } from "../tasks.ts";
import { measureCaptioning } from "./measure-captions.ts";
import { measureChanging } from "./measure-changes.ts";
import { measureDrawings } from "./measure-drawings.ts";

export interface DrawnEnd {
  /** One a prompt. */
  readonly drawings: readonly DrawnDrawing[];
  /** Rows of drawings whose captions differ by one word. */
  readonly contrasts: readonly (readonly DrawnDrawing[])[];
  /** Null where the configuration asks for none, or nothing can be measured. */
  readonly measure: Measure | null;
  /** Null where the model is not taught to say what drawings show, or nothing can be measured. */
  readonly captions: CaptionAccuracy | null;
  /** Of each task that completes or edits drawings; empty where nothing can be measured. */
  readonly changes: readonly ChangeAccuracy[];
  readonly checkpoint: string;
}

/** Names that contrasts are looked for among, at most. */
const mostNames = 3000;

/** The captions to draw at the end: the configured prompts, then held-out ones from all over. */
export function promptsOf({ generate }: Config, { data }: RunStart): string[] {
  const { heldOut } = data;
  const said = Array.from({ length: heldOut.size }, (_, i) => heldOut.captions(i)[0] ?? "");
  // A drawing is there once for each task that it is learnt by.
  const captions = [...new Set(said)];
  const others = captions.filter((caption) => !generate.prompts.includes(caption));
  const wanted = Math.max(0, generate.samples - generate.prompts.length);
  const every = Math.max(1, others.length / Math.max(1, wanted));
  const spread = Array.from({ length: wanted }, (_, i) => others[Math.floor(i * every)] ?? []);
  return [...generate.prompts.slice(0, generate.samples), ...spread.flat()];
}

/** Rows of captions that differ by one word: those of the configuration, or found among the names. */
function contrastsOf({ report }: Config, { data }: Pick<RunStart, "data">): string[][] {
  if (report.contrasts !== null) return report.contrasts;
  const names = [data.train, data.heldOut].flatMap((dataset) =>
    Array.from({ length: dataset.size }, (_, i) => dataset.captions(i)[0] ?? ""),
  );
  return contrastCaptions(names.slice(0, mostNames));
}

/** @param folder of the run. @param notice is told of damaged checkpoints that are passed over. */
export function drawEnd(
  folder: string,
  config: Config,
  start: RunStart,
  notice: (message: string) => void,
): Promise<DrawnEnd> {
  return withGenerator({ run: folder }, config, notice, async (open) => {
    const { generator, contextLength, checkpoint } = open;
    const options = drawOptions(config.generate, contextLength);
    const draws = drawsCaptions(config);
    const rows = draws ? contrastsOf(config, start) : [];
    const beside = generator.draw(rows.flat(), options);
    return {
      drawings: draws ? generator.draw(promptsOf(config, start), options) : [],
      contrasts: rows.map((row, index) => {
        const from = rows.slice(0, index).reduce((sum, { length }) => sum + length, 0);
        return beside.slice(from, from + row.length);
      }),
      measure:
        config.evaluate.drawn === 0 || !draws
          ? null
          : await measureDrawings(generator, config, contextLength),
      captions:
        config.evaluate.drawn === 0 || !saysCaptions(config)
          ? null
          : await measureCaptioning(generator, config, contextLength),
      changes:
        config.evaluate.drawn === 0
          ? []
          : await measureChanging(generator, config, contextLength, notice),
      checkpoint,
    };
  });
}
