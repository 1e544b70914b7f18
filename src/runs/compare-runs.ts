/** Runs side by side: what each needs for the held-out drawings that all of them can hold. */
import { type Engine, startEngine } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { tokenizerFromJSON } from "../../tokenizer/index.ts";
import {
  commonDrawings,
  drawingLogLikelihoods,
  type HeldOutScore,
  heldOutScore,
  samplesOf,
} from "../evaluate/index.ts";
import { contextLengthOf } from "./context.ts";
import { loadSource } from "./loading/model-source.ts";
import { scoredDrawings } from "./prepare-data.ts";
import { configOf } from "./run-folder.ts";

export interface ComparedRun {
  readonly run: string;
  /** Held-out drawings that this run's model can hold. */
  readonly heldOut: number;
  /** Of the run's best model, over the drawings that all compared runs hold out and can hold. */
  readonly common: HeldOutScore;
}

/**
 * Scores the best model of each run on the same drawings, each after the same caption. Bits a drawing
 * compare runs of different vocabularies too; nats a token do not.
 * @param folders of runs over the same drawings
 * @throws UsageError where there is no drawing that all of them hold out and can hold
 * @throws SourceError, CheckpointError
 */
export async function compareRuns(
  folders: readonly string[],
  notice: (text: string) => void = () => {},
): Promise<ComparedRun[]> {
  const { engine } = await startEngine("onnx");
  try {
    const datasets = [];
    for (const folder of folders) datasets.push(await heldOutOf(engine, folder, notice));
    const common = commonDrawings(datasets);
    if (common.length === 0) {
      throw new UsageError(
        `${folders.join(", ")}: there is no drawing that all of these runs hold out and can hold; compare runs over the same drawings, with contexts that hold some of them`,
      );
    }
    const compared: ComparedRun[] = [];
    for (const [index, run] of folders.entries()) {
      const dataset = datasets[index]!;
      const { model, tokenizer } = await opened(engine, run, notice);
      const { pad } = tokenizer.vocabulary.special;
      const samples = samplesOf(dataset, common);
      const nats = -drawingLogLikelihoods(model, samples, pad).reduce((sum, each) => sum + each, 0);
      model.dispose();
      const tokens = samples.reduce(
        (sum, { tokens: { length }, drawingStart }) => sum + length - drawingStart - 1,
        0,
      );
      const score = heldOutScore(nats, tokens, samples.length);
      compared.push({ run, heldOut: dataset.size, common: score });
    }
    return compared;
  } finally {
    engine.dispose();
  }
}

async function heldOutOf(engine: Engine, folder: string, notice: (text: string) => void) {
  const { model, tokenizer, config } = await opened(engine, folder, notice);
  const context = contextLengthOf(config.model, model.config.contextLength);
  model.dispose();
  return scoredDrawings(config, tokenizer, { all: false, context });
}

async function opened(engine: Engine, folder: string, notice: (text: string) => void) {
  const config = configOf(folder);
  const loaded = await loadSource(engine, { run: folder }, "float32", notice);
  if (loaded.tokenizer === undefined) {
    throw new UsageError(`${loaded.folder}: no tokenizer.json beside the model`);
  }
  return { model: loaded.model, tokenizer: tokenizerFromJSON(loaded.tokenizer), config };
}
