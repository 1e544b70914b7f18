/** How much memory training takes, known before a tensor is made. */

import { memoryPlan, sizeOf } from "../../engine/index.ts";
import {
  type CacheDtype,
  cacheBytes,
  type DecoderConfig,
  prepackedBytes,
  type WeightDtype,
  weightBytes,
} from "../../models/index.ts";
import type { BatchShape } from "../loss/loss.ts";
import { stepGraph, type TrainedPart } from "./step-graph.ts";

/** In bytes. */
export interface TrainingMemory {
  readonly trainedParameters: number;
  /** Of the decoder as it is kept, and of adapters where those are trained. */
  readonly weights: number;
  /** Of the copies that an engine makes of a frozen decoder's float32 matrices, to multiply faster. */
  readonly prepacked: number;
  readonly gradients: number;
  /** AdamW's two. */
  readonly moments: number;
  /**
   * Most intermediate results of a step alive at once, in the order of the graph. An engine that
   * fuses or reorders operations needs somewhat less or more, and one matrix as float32 at a time where
   * the decoder is kept in fewer bits.
   */
  readonly activations: number;
  readonly total: number;
}

const bytesPerNumber = 4;

/** @param weightDtype of the decoder's weights under adapters; float32 where they are trained. */
export function trainingMemory(
  config: DecoderConfig,
  shape: BatchShape,
  trained: TrainedPart,
  weightDtype: WeightDtype = "float32",
): TrainingMemory {
  const graph = stepGraph(config, shape, trained, weightDtype);
  const trainedParameters = [...graph.outputs]
    .filter(([name]) => name !== "lossSum")
    .reduce((total, [, value]) => total + sizeOf(value.shape), 0);
  const isAdapted = typeof trained === "object";
  const kept = weightBytes(config, isAdapted ? weightDtype : "float32");
  const weights = kept + (isAdapted ? bytesPerNumber * trainedParameters : 0);
  const prepacked = isAdapted ? prepackedBytes(config, weightDtype) : 0;
  const gradients = bytesPerNumber * trainedParameters;
  const moments = 2 * gradients;
  const activations = memoryPlan(graph).peakBytes;
  const total = weights + prepacked + gradients + moments + activations;
  return {
    trainedParameters,
    weights,
    prepacked,
    gradients,
    moments,
    activations,
    total,
  };
}

/**
 * How much memory generating takes, in bytes: weights as they are kept, the copies that an engine
 * packs, and the caches.
 * @param tokens of all sequences together; layers that carry a state are counted as for one of them.
 */
export function generatingMemory(
  config: DecoderConfig,
  tokens: number,
  weightDtype: WeightDtype = "float32",
  cacheDtype: CacheDtype = "float32",
): Record<"weights" | "prepacked" | "caches" | "total", number> {
  const weights = weightBytes(config, weightDtype);
  const prepacked = prepackedBytes(config, weightDtype);
  const { perToken, perSequence } = cacheBytes(config, cacheDtype);
  const caches = perToken * tokens + perSequence;
  return { weights, prepacked, caches, total: weights + prepacked + caches };
}
