/** Which graph of a model `pathloom inspect --graph` draws, from its options. */

import type { Graph } from "../../../engine/index.ts";
import { UsageError } from "../../../errors/index.ts";
import {
  type DecoderConfig,
  decodingGraph,
  type WeightDtype,
  weightDtypes,
} from "../../../models/index.ts";
import { type BatchShape, stepGraph, type TrainedPart } from "../../../trainers/index.ts";

export const passSteps = ["train", "prompt", "token"] as const;
export const passMethods = ["full", "lora", "qlora", "embeddings"] as const;
type Method = (typeof passMethods)[number];

/** Undefined where they were not given. */
export interface PassOptions {
  readonly step?: (typeof passSteps)[number] | undefined;
  readonly method?: Method | undefined;
  readonly weightDtype?: WeightDtype | undefined;
}

export interface DrawnPass {
  /** As `a training step (lora, float32)`. */
  readonly title: string;
  readonly build: (decoder: DecoderConfig, shape: BatchShape) => Graph;
}

/** How the weights that do not learn may be kept, the usual form first. */
const weightDtypesOf: Readonly<Record<Method, readonly WeightDtype[]>> = {
  full: ["float32"],
  embeddings: ["float32"],
  lora: ["float32", "bfloat16"],
  qlora: ["nf4", "nf4-double", "int8", "int4"],
};

/**
 * @param rank of the adapters of `lora` and `qlora`.
 * @throws UsageError for options that exclude each other.
 */
export function drawnPass(
  { step = "train", method, weightDtype: asked }: PassOptions,
  rank: number,
): DrawnPass {
  if (step === "train") return trainingPass(method ?? "full", asked, rank);
  if (method !== undefined) {
    throw new UsageError(`--method is of training; leave it out with --step ${step}`);
  }
  const weightDtype = asked ?? weightDtypes[0];
  const read = step === "prompt" ? "reading a prompt" : "generating a token";
  return {
    title: `${read} (${weightDtype})`,
    build: (decoder, { batchSize: batch, sequenceLength: capacity }) =>
      decodingGraph(
        decoder,
        { batch, sequenceLength: step === "prompt" ? capacity : 1, capacity },
        weightDtype,
      ),
  };
}

function trainingPass(method: Method, asked: WeightDtype | undefined, rank: number): DrawnPass {
  const possible = weightDtypesOf[method];
  const weightDtype = asked ?? possible[0]!;
  if (!possible.includes(weightDtype)) {
    throw new UsageError(
      `--weight-dtype ${weightDtype}: with --method ${method} expected ${possible.join(" or ")}`,
    );
  }
  const parts: Readonly<Record<Method, TrainedPart>> = {
    full: "all",
    embeddings: "tables",
    lora: { adapterRank: rank },
    qlora: { adapterRank: rank },
  };
  return {
    title: `a training step (${method}, ${weightDtype})`,
    build: (decoder, shape) => stepGraph(decoder, shape, parts[method], weightDtype),
  };
}
