/** Small decoders of both kinds, for tests. */
import { type DecoderConfig, layerBiases, plainDecoder, plainRope } from "../../models/index.ts";

export const gpt2Like: DecoderConfig = {
  ...plainDecoder,
  vocabularySize: 29,
  contextLength: 16,
  layers: 2,
  hiddenSize: 12,
  heads: 3,
  kvHeads: 3,
  headDim: 4,
  intermediateSize: 20,
  positions: "learned",
  rope: plainRope(10_000),
  norm: "layerNorm",
  normEpsilon: 1e-5,
  activation: "geluNew",
  gated: false,
  biases: layerBiases(true),
  tieEmbeddings: true,
};

/** Grouped queries, rotary positions, SwiGLU, a head of its own. */
export const llamaLike: DecoderConfig = {
  ...gpt2Like,
  heads: 4,
  kvHeads: 2,
  positions: "rotary",
  norm: "rmsNorm",
  activation: "silu",
  gated: true,
  biases: layerBiases(false),
  tieEmbeddings: false,
};

/** One layer with a state and one with a gate, as Qwen3.5's, with groups of heads in both. */
export const deltaLike: DecoderConfig = {
  ...llamaLike,
  rope: { ...plainRope(10_000), share: 0.5 },
  normOffset: 1,
  attention: { ...llamaLike.attention, queryKeyNorm: "head", outputGate: true },
  gatedDelta: { layers: [0], keyHeads: 1, valueHeads: 2, keyDim: 6, valueDim: 5, convolution: 3 },
};

/** With heads of 8, which the runtime's own attention takes. */
export const wide = (config: DecoderConfig, contextLength = 48): DecoderConfig => ({
  ...config,
  headDim: 8,
  hiddenSize: 8 * config.heads,
  contextLength,
});
