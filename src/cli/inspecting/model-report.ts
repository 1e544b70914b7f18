/** What a model is and what it takes, from its files' headers, without reading a tensor. */

import {
  type Checkpoint,
  describeModel,
  type ModelDescription,
  openAdapterTensors,
  readAdapterConfig,
} from "../../../checkpoints/index.ts";
import { type DecoderConfig, type WeightDtype, weightDtypes } from "../../../models/index.ts";
import {
  type BatchShape,
  generatingMemory,
  type TrainedPart,
  type TrainingMemory,
  trainingMemory,
} from "../../../trainers/index.ts";
import { formatBytes, formatCount } from "../../report/index.ts";
import { openBaseOf, openSource } from "../../runs/index.ts";
import { columns } from "../terminal.ts";

export interface ModelReport extends ModelDescription {
  readonly folder: string;
  /** Over the model; null where there is none. */
  readonly adapter: AdapterReport | null;
  /** For a step on {@link ModelReport.batch}. */
  readonly training: readonly TrainingPlan[];
  readonly batch: BatchShape;
  /** For a sequence as long as the context. */
  readonly generating: readonly GeneratingPlan[];
}

export interface TrainingPlan extends TrainingMemory {
  /** As `train.method` names it; `embeddings` with all rows of the token tables. */
  readonly method: "full" | "lora" | "qlora" | "embeddings";
  /** Of the weights that do not learn. */
  readonly weightDtype: WeightDtype;
}

export type GeneratingPlan = ReturnType<typeof generatingMemory> & {
  readonly weightDtype: WeightDtype;
};

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
  const file = openAdapterTensors(folder);
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
  const { decoder } = description;
  return {
    ...description,
    folder: checkpoint.folder,
    adapter,
    batch,
    training: trainingPlans(decoder, batch, rank),
    generating: weightDtypes.map((weightDtype) => ({
      weightDtype,
      ...generatingMemory(decoder, decoder.contextLength, weightDtype),
    })),
  };
}

function trainingPlans(decoder: DecoderConfig, batch: BatchShape, rank: number): TrainingPlan[] {
  const plan = (
    method: TrainingPlan["method"],
    trained: TrainedPart,
    weightDtype: WeightDtype = "float32",
  ) => ({ method, weightDtype, ...trainingMemory(decoder, batch, trained, weightDtype) });
  const adapters = weightDtypes.map((weightDtype) => {
    const isWhole = weightDtype === "float32" || weightDtype === "bfloat16";
    return plan(isWhole ? "lora" : "qlora", { adapterRank: rank }, weightDtype);
  });
  return [plan("full", "all"), ...adapters, plan("embeddings", "tables")];
}

export function modelText(report: ModelReport, rank: number): string {
  const { decoder, tensors, memory, training, generating, batch } = report;
  const dtypes = [...new Set(tensors.map(({ dtype }) => dtype))].join(", ");
  const {
    layers,
    hiddenSize: width,
    heads,
    kvHeads,
    headDim,
    vocabularySize,
    contextLength: context,
  } = decoder;
  return columns([
    ["model", report.folder],
    ...(report.adapter === null ? [] : [adapterLine(report.adapter)]),
    ["family", report.family],
    ["parameters", formatCount(report.parameters)],
    ["layers", `${layers} of width ${width}`],
    ["heads", `${heads} of ${headDim}, ${kvHeads} of keys and values`],
    [
      "network",
      `${decoder.intermediateSize}, ${decoder.activation}${decoder.gated ? ", gated" : ""}`,
    ],
    ["positions", `${decoder.positions}, context ${context}`],
    ["vocabulary", `${vocabularySize}, ${decoder.tieEmbeddings ? "tied head" : "head of its own"}`],
    ["tensors", `${tensors.length} of ${dtypes}, ${formatBytes(report.bytesOnDisk)} on the disk`],
    ["to generate", `${context} tokens, of ${formatBytes(memory.cachePerToken)} each`],
    ...generating.map(generatingLine),
    [
      "to train",
      `${batch.batchSize} x ${batch.sequenceLength} tokens a step, adapters of rank ${rank}`,
    ],
    ...training.map(trainingLine),
  ]);
}

function adapterLine({ folder, rank, parameters }: AdapterReport): [string, string] {
  return ["adapter", `${folder}, rank ${rank}, ${formatCount(parameters)} parameters`];
}

function generatingLine({ weightDtype, total, ...parts }: GeneratingPlan): [string, string] {
  const { weights, prepacked, caches } = parts;
  return [
    `  ${weightDtype}`,
    `${formatBytes(total)}: ${partsText({ weights, prepacked, caches })}`,
  ];
}

function trainingLine({ method, weightDtype, total, ...parts }: TrainingPlan): [string, string] {
  const { weights, prepacked, gradients, moments, activations } = parts;
  const text = partsText({ weights, prepacked, gradients, moments, activations });
  return [`  ${method}, ${weightDtype}`, `about ${formatBytes(total)}: ${text}`];
}

function partsText(parts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(parts).flatMap(([name, bytes]) =>
    bytes === 0 ? [] : [`${name} ${formatBytes(bytes)}`],
  );
  return texts.join(", ");
}

export function tensorsText({ tensors }: ModelDescription): string {
  return columns(tensors.map(({ name, dtype, shape }) => [name, `${dtype} [${shape.join(", ")}]`]));
}
