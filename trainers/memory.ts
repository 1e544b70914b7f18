/** How much memory training takes, known before a tensor is made. */
import { type DecoderConfig, parameterCount } from "../models/index.ts";
import { memoryPlan, sizeOf } from "../src/engine/index.ts";
import type { BatchShape } from "./loss.ts";
import { stepGraph, type TrainedPart } from "./step-graph.ts";

/** In bytes, of float32. */
export interface TrainingMemory {
  readonly trainedParameters: number;
  /** Of the decoder, and of adapters where those are trained. */
  readonly weights: number;
  readonly gradients: number;
  /** AdamW's two. */
  readonly moments: number;
  /**
   * Most intermediate results of a step alive at once, in the order of the graph. An engine that
   * fuses or reorders operations needs somewhat less or more.
   */
  readonly activations: number;
  readonly total: number;
}

const bytesPerNumber = 4;

export function trainingMemory(
  config: DecoderConfig,
  shape: BatchShape,
  trained: TrainedPart,
): TrainingMemory {
  const graph = stepGraph(config, shape, trained);
  const trainedParameters = [...graph.outputs]
    .filter(([name]) => name !== "lossSum")
    .reduce((total, [, value]) => total + sizeOf(value.shape), 0);
  const added = trained === "all" ? 0 : trainedParameters;
  const weights = bytesPerNumber * (parameterCount(config) + added);
  const gradients = bytesPerNumber * trainedParameters;
  const moments = 2 * gradients;
  const activations = memoryPlan(graph).peakBytes;
  const total = weights + gradients + moments + activations;
  return { trainedParameters, weights, gradients, moments, activations, total };
}
