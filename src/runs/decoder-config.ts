/** The decoder that a configuration asks for. */
import {
  type DecoderConfig,
  layerBiases,
  plainDecoder,
  plainRope,
  type RopeConfig,
} from "../../models/index.ts";
import type { ModelConfig } from "../config/index.ts";
import { contextLengthOf } from "./context.ts";
import { stretchedRope } from "./stretched-rope.ts";

const norms = { layernorm: "layerNorm", rmsnorm: "rmsNorm" } as const;
const activations = { gelu: "gelu", gelu_new: "geluNew", silu: "silu" } as const;

export function decoderConfig(model: ModelConfig, vocabularySize: number): DecoderConfig {
  const { bias } = model;
  return {
    ...plainDecoder,
    vocabularySize,
    contextLength: contextLengthOf(model, null),
    layers: model.layers,
    hiddenSize: model.hiddenSize,
    heads: model.heads,
    kvHeads: model.kvHeads ?? model.heads,
    headDim: model.headDim ?? model.hiddenSize / model.heads,
    intermediateSize: model.intermediateSize ?? defaultFeedForward(model),
    positions: model.positions,
    rope: ownRope(model),
    norm: norms[model.norm],
    normEpsilon: model.normEps,
    activation: activations[model.activation],
    gated: model.gated,
    biases: layerBiases(bias),
    tieEmbeddings: model.tieEmbeddings,
    ...futureOf(model),
  };
}

/** The heads of tokens further on that a configuration asks for. */
export function futureOf({
  futureTokens: count,
  futureHeads: kind,
}: Pick<ModelConfig, "futureTokens" | "futureHeads">): Pick<DecoderConfig, "future"> {
  return count === 0 ? {} : { future: { kind, count } };
}

/** As though it had been pretrained with a context shorter by the factor. */
function ownRope(model: ModelConfig): RopeConfig {
  const contextLength = contextLengthOf(model, null);
  const original = Math.max(1, Math.round(contextLength / (model.ropeFactor ?? 1)));
  const headDim = model.headDim ?? model.hiddenSize / model.heads;
  const rope = plainRope(model.ropeTheta);
  return stretchedRope({ rope, headDim }, model, original, contextLength);
}

/** Gated networks have three matrices instead of two, and two thirds of the width: as many numbers. */
function defaultFeedForward({ hiddenSize: width, gated }: ModelConfig): number {
  return gated ? 8 * Math.ceil(width / 3) : 4 * width;
}
