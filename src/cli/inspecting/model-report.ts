/** What a model is and what it takes, from its files' headers, without reading a tensor. */
import { existsSync } from "node:fs";
import {
  type Checkpoint,
  describeModel,
  loadCheckpoint,
  type ModelDescription,
} from "../../../checkpoints/index.ts";
import { type BatchShape, type TrainingMemory, trainingMemory } from "../../../trainers/index.ts";
import { formatBytes, formatCount } from "../../report/index.ts";
import { openRun, runPaths } from "../run/run-folder.ts";
import { columns } from "../terminal.ts";

export interface ModelReport extends ModelDescription {
  readonly folder: string;
  /** By method, for a step on {@link ModelReport.batch}. */
  readonly training: { readonly all: TrainingMemory; readonly adapters: TrainingMemory };
  readonly batch: BatchShape;
  /** Weights, and the keys and values of a sequence as long as the context. */
  readonly generatingBytes: number;
}

/** The model in a folder, or the best or newest of a run. @throws CheckpointError, UsageError */
export function openModel(folder: string, notice: (text: string) => void): Checkpoint {
  const { best, checkpoints } = runPaths(folder);
  const isRun = existsSync(best) || existsSync(checkpoints);
  return isRun ? openRun(folder, notice) : loadCheckpoint(folder, { acceptPlain: true });
}

/** @param rank of the adapters whose training is planned. */
export function modelReport(checkpoint: Checkpoint, batch: BatchShape, rank: number): ModelReport {
  const description = describeModel(checkpoint);
  const { decoder, memory } = description;
  return {
    ...description,
    folder: checkpoint.folder,
    batch,
    training: {
      all: trainingMemory(decoder, batch, "all"),
      adapters: trainingMemory(decoder, batch, { adapterRank: rank }),
    },
    generatingBytes: memory.weights + decoder.context * memory.cachePerToken,
  };
}

export function modelText(report: ModelReport, rank: number): string {
  const { decoder, tensors, memory, training, batch } = report;
  const dtypes = [...new Set(tensors.map(({ dtype }) => dtype))].join(", ");
  const { layers, width, heads, keyValueHeads, headDim, vocabularySize, context } = decoder;
  const step = `on ${batch.rows} x ${batch.time} tokens`;
  return columns([
    ["model", report.folder],
    ["family", report.family],
    ["parameters", formatCount(report.parameters)],
    ["layers", `${layers} of width ${width}`],
    ["heads", `${heads} of ${headDim}, ${keyValueHeads} of keys and values`],
    ["network", `${decoder.feedForward}, ${decoder.activation}${decoder.gated ? ", gated" : ""}`],
    ["positions", `${decoder.positions}, context ${context}`],
    ["vocabulary", `${vocabularySize}, ${decoder.tieEmbeddings ? "tied head" : "head of its own"}`],
    ["tensors", `${tensors.length} of ${dtypes}, ${formatBytes(report.bytesOnDisk)} on the disk`],
    [
      "to generate",
      `${formatBytes(report.generatingBytes)}: weights ${formatBytes(memory.weights)}, and ${formatBytes(memory.cachePerToken)} for each of ${context} tokens`,
    ],
    ["to train all", `${trainingText(training.all)} ${step}`],
    [`adapters of ${rank}`, `${trainingText(training.adapters)} ${step}`],
  ]);
}

function trainingText({ total, weights, gradients, moments, activations }: TrainingMemory): string {
  const parts = { weights, gradients, moments, activations };
  const texts = Object.entries(parts).map(([name, bytes]) => `${name} ${formatBytes(bytes)}`);
  return `about ${formatBytes(total)}: ${texts.join(", ")}`;
}

export function tensorsText({ tensors }: ModelDescription): string {
  return columns(tensors.map(({ name, dtype, shape }) => [name, `${dtype} [${shape.join(", ")}]`]));
}
