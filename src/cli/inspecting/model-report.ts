/** What a model is and what it takes, from its files' headers, without reading a tensor. */
import { join } from "node:path";
import {
  type Checkpoint,
  describeModel,
  type ModelDescription,
  readAdapterConfig,
  SafetensorsFile,
} from "../../../checkpoints/index.ts";
import { type BatchShape, type TrainingMemory, trainingMemory } from "../../../trainers/index.ts";
import { formatBytes, formatCount } from "../../report/index.ts";
import { openBaseOf, openSource } from "../loading/locate-model.ts";
import { columns } from "../terminal.ts";

export interface ModelReport extends ModelDescription {
  readonly folder: string;
  /** Over the model; null where there is none. */
  readonly adapter: AdapterReport | null;
  /** By method, for a step on {@link ModelReport.batch}. */
  readonly training: { readonly all: TrainingMemory; readonly adapters: TrainingMemory };
  readonly batch: BatchShape;
  /** Weights, and the keys and values of a sequence as long as the context. */
  readonly generatingBytes: number;
}

export interface AdapterReport {
  readonly folder: string;
  readonly rank: number;
  readonly parameters: number;
}

export interface OpenedModel {
  /** The model, or the one that the adapter is over. */
  readonly checkpoint: Checkpoint;
  readonly adapter: AdapterReport | null;
}

/**
 * A model by its name; where that is an adapter's, the model under it.
 * @throws CheckpointError, UsageError, HubError
 */
export async function openModel(
  source: string,
  notice: (text: string) => void,
): Promise<OpenedModel> {
  const saved = await openSource(source, notice);
  if (saved.kind === "whole") return { checkpoint: saved, adapter: null };
  try {
    return { checkpoint: await openBaseOf(saved), adapter: reportAdapter(saved.folder) };
  } finally {
    saved.close();
  }
}

function reportAdapter(folder: string): AdapterReport {
  const { lora } = readAdapterConfig(folder);
  const file = SafetensorsFile.open(join(folder, "adapter_model.safetensors"));
  try {
    const sizes = [...file.tensors.values()].map(({ shape }) =>
      shape.reduce((product, each) => product * each, 1),
    );
    return { folder, rank: lora.rank, parameters: sizes.reduce((sum, size) => sum + size, 0) };
  } finally {
    file.close();
  }
}

/** @param rank of the adapters whose training is planned. */
export function modelReport(
  { checkpoint, adapter }: OpenedModel,
  batch: BatchShape,
  rank: number,
): ModelReport {
  const description = describeModel(checkpoint);
  const { decoder, memory } = description;
  return {
    ...description,
    folder: checkpoint.folder,
    adapter,
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
    ...(report.adapter === null ? [] : [adapterLine(report.adapter)]),
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

function adapterLine({ folder, rank, parameters }: AdapterReport): [string, string] {
  return ["adapter", `${folder}, rank ${rank}, ${formatCount(parameters)} parameters`];
}

function trainingText({ total, weights, gradients, moments, activations }: TrainingMemory): string {
  const parts = { weights, gradients, moments, activations };
  const texts = Object.entries(parts).map(([name, bytes]) => `${name} ${formatBytes(bytes)}`);
  return `about ${formatBytes(total)}: ${texts.join(", ")}`;
}

export function tensorsText({ tensors }: ModelDescription): string {
  return columns(tensors.map(({ name, dtype, shape }) => [name, `${dtype} [${shape.join(", ")}]`]));
}
