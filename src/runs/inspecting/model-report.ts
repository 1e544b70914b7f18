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
import { openBaseOf, openSource } from "../loading/locate-model.ts";

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
