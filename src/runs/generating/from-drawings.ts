/** What a run makes of drawings: their captions, what goes on with them, or what a change makes of them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSvgFile } from "../../../data/index.ts";
import { UsageError } from "../../../errors/index.ts";
import type { WeightDtype } from "../../../models/index.ts";
import { type Drawing, parseDrawing, printDrawing, SvgError } from "../../../svg/index.ts";
import { EncodeError, type SvgTokenizer, type Task } from "../../../tokenizer/index.ts";
import { type Config, type Override, resolveConfig } from "../../config/index.ts";
import { completeDrawings, describeDrawings, editDrawings } from "../../generate/index.ts";
import { contactSheet } from "../../report/index.ts";
import { type NamedModel, sourceAndConfig } from "../loading/named-model.ts";
import { type OpenGenerator, withGenerator } from "../loading/with-generator.ts";
import { drawOptions } from "../options.ts";
import { sampleFile } from "../record/sample-files.ts";
import { taskShares } from "../tasks.ts";
import { weightDtypeOf } from "../trainable-model.ts";
import type { GeneratedDrawings } from "./generate-from-run.ts";

export interface DescribeRequest extends NamedModel {
  /** `.svg` files, at least one. */
  readonly files: readonly string[];
  /** Answers to each; 1 unless given. */
  readonly number?: number | undefined;
  /** Of the run's configuration, as `{ path: "generate.temperature", text: "0" }`. */
  readonly overrides?: readonly Override[] | undefined;
  /** How the model's matrices are held; as the run was trained over unless given. */
  readonly weightDtype?: WeightDtype | undefined;
  /** Is told of damaged checkpoints, and of what the canonical form leaves away. */
  readonly notice?: ((message: string) => void) | undefined;
}

export interface ChangeRequest extends DescribeRequest {
  /** `completion` goes on with the drawings, `editing` changes them. */
  readonly task: "completion" | "editing";
  /** What the whole is to show, or how to change it: one for all drawings, or one for each. */
  readonly prompts: readonly string[];
  /** A folder for the drawings and their contact sheet; nothing is written without it. */
  readonly out?: string | undefined;
}

export interface DescribedFiles {
  /** The folder of the checkpoint that said it. */
  readonly checkpoint: string;
  readonly seed: number;
  /** File after file. */
  readonly captions: readonly DescribedFile[];
}

export interface DescribedFile {
  readonly file: string;
  readonly caption: string;
  /** False where the caption was cut off at its longest. */
  readonly complete: boolean;
}

/**
 * What `pathloom generate --svg` does: says what drawings show, by a model that was trained on
 * `data.task: svg-to-text`.
 * @throws UsageError naming a file that is no drawing, or that the model's tokenizer cannot hold
 * @throws ContextError for a drawing that leaves no room; ConfigError, CheckpointError, HubError
 * @example
 * const { captions } = await describeFromRun({ run: "runs/icons-captions", files: ["icon.svg"] });
 * console.log(captions[0]?.caption);
 */
export function describeFromRun(request: DescribeRequest): Promise<DescribedFiles> {
  return opened(request, "svg-to-text", (open, config, inputs) => {
    const said = describeDrawings(
      open.generator,
      inputs.map(({ drawing }) => drawing),
      drawOptions(config.generate, open.contextLength),
    );
    return {
      checkpoint: open.checkpoint,
      seed: config.generate.seed,
      captions: said.map(({ caption, complete }, index) => ({
        file: inputs[index]!.file,
        caption,
        complete,
      })),
    };
  });
}

/**
 * What `pathloom generate --complete` and `--edit` do. What goes on with a drawing keeps its elements.
 * @throws as {@link describeFromRun}
 * @example
 * const { drawings } = await changeFromRun({
 *   ...{ run: "runs/edits", task: "editing", files: ["icon.svg"], prompts: ["mirror it"] },
 * });
 * console.log(drawings[0]?.svg);
 */
export function changeFromRun(request: ChangeRequest): Promise<GeneratedDrawings> {
  const { task, prompts, out, files } = request;
  if (task === "editing" && prompts.length === 0) {
    throw new UsageError("prompts: say how to change the drawing");
  }
  if (prompts.length > 1 && prompts.length !== files.length) {
    throw new UsageError(`prompts: expected one, or one of each of ${files.length} drawings`);
  }
  if (out !== undefined) mkdirSync(out, { recursive: true });
  return opened(request, task, (open, config, inputs) => {
    const asked = inputs.map(({ drawing, index }) => ({
      drawing,
      prompt: prompts[index] ?? prompts[0] ?? "",
    }));
    const began = performance.now();
    const change = task === "completion" ? completeDrawings : editDrawings;
    const made = change(open.generator, asked, drawOptions(config.generate, open.contextLength));
    const seconds = (performance.now() - began) / 1000;
    const drawings = made.map(({ prompt, drawing, ids }, index) => {
      const file = out === undefined ? null : join(out, sampleFile(index, prompt || task));
      const svg = printDrawing(drawing);
      if (file !== null) writeFileSync(file, svg);
      return { file, prompt, tokens: ids.length, svg };
    });
    const { weightDtype = weightDtypeOf(config) } = request;
    const { seed } = config.generate;
    const figures = { checkpoint: open.checkpoint, weightDtype, seed, seconds, speculation: null };
    if (out === undefined) return { ...figures, sheet: null, drawings };
    const cells = made.map(({ prompt, drawing }, index) => ({
      caption: prompt,
      made: drawing,
      real: asked[index]!.drawing,
      known: "none" as const,
    }));
    const sheet = join(out, "sheet.png");
    const { cellSize, sheetColumns: columns } = config.report;
    writeFileSync(sheet, contactSheet(cells, { columns, cellSize, beside: "what was given" }));
    return { ...figures, sheet, drawings };
  });
}

interface Input {
  readonly file: string;
  /** Of the file. */
  readonly index: number;
  readonly drawing: Drawing;
}

async function opened<T>(
  request: DescribeRequest,
  task: Task,
  use: (open: OpenGenerator, config: Config, inputs: readonly Input[]) => T,
): Promise<T> {
  const { files, number = 1, overrides = [], notice = () => {} } = request;
  if (files.length === 0) throw new UsageError("files: expected at least one drawing");
  const texts = files.map((file) => [file, svgIn(file)] as const);
  const { source, config } = sourceAndConfig(request, overrides, () =>
    resolveConfig({}, overrides),
  );
  const learnt = taskShares(config).map((each) => each.task);
  const isLearnt =
    learnt.includes(task) || (task === "completion" && learnt.includes("text-to-svg"));
  if (!isLearnt && request.model === undefined) {
    notice(`the run learnt ${learnt.join(", ")}, not ${task}: what it makes of it is a guess`);
  }
  return withGenerator(
    source,
    config,
    notice,
    (open) => {
      const { tokenizer } = open.generator;
      const inputs = texts.flatMap(([file, svg], index) => {
        const drawing = drawingIn(file, svg, tokenizer, notice);
        return Array<Input>(number).fill({ file, index, drawing });
      });
      return use(open, config, inputs);
    },
    request.weightDtype ?? weightDtypeOf(config),
  );
}

function svgIn(file: string): string {
  const read = readSvgFile(file);
  if ("svg" in read) return read.svg;
  throw new UsageError(`${read.place}: ${read.reason}`);
}

function drawingIn(
  file: string,
  svg: string,
  tokenizer: SvgTokenizer,
  notice: (message: string) => void,
): Drawing {
  try {
    const { drawing, dropped } = parseDrawing(svg, tokenizer.canonical);
    const left = Object.entries(dropped).map(([what, count]) => `${what} (${count})`);
    if (left.length > 0) notice(`${file}: left away: ${left.join(", ")}`);
    tokenizer.encode(tokenizer.fit?.(drawing) ?? drawing);
    return drawing;
  } catch (error) {
    if (!(error instanceof SvgError || error instanceof EncodeError)) throw error;
    throw new UsageError(`${file}: ${error.message}`, { cause: error });
  }
}
