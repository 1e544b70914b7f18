/** The operations of the tensor language: primitives, and the composites made of them. */
export { gelu, geluNew, silu, softplus } from "./activations.ts";
export { type AdamwOptions, type AdamwState, adamwStep } from "./adamw.ts";
export {
  add,
  divide,
  maximum,
  minimum,
  multiply,
  negate,
  subtract,
} from "./arithmetic.ts";
export type { AttentionAttributes } from "./attention-blocks.ts";
export { broadcastTo, sum, sumTo } from "./broadcast.ts";
export { cacheWrite } from "./cache-write.ts";
export {
  type CachedAttention,
  type CachedAttentionOptions,
  cachedAttention,
} from "./cached-attention.ts";
export { type CausalAttentionOptions, causalAttention } from "./causal-attention.ts";
export type { CausalAttentionGradientAttributes } from "./causal-attention-gradient.ts";
export type { LinearCrossEntropyOptions } from "./chunked-cross-entropy.ts";
export { detach } from "./detach.ts";
export { embedding } from "./embedding.ts";
export {
  absolute,
  cosine,
  erf,
  exp,
  log,
  power,
  reciprocal,
  sigmoid,
  sine,
  sqrt,
  square,
  tanh,
} from "./functions.ts";
export { globalNorm, sumOfSquares } from "./global-norm.ts";
export { gather, placeAlongLast, scatterAdd, takeAlongLast } from "./indexing.ts";
export { layerNorm } from "./layer-norm.ts";
export { linear } from "./linear.ts";
export { linearCrossEntropy } from "./linear-cross-entropy.ts";
export {
  and,
  cast,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  not,
  or,
  select,
} from "./logic.ts";
export { type MatmulOptions, matmul } from "./matmul.ts";
export { dynamicCodes, outerShape, scaleGroup, unsignedDynamicCodes } from "./nested-scales.ts";
export type { Operand } from "./operand.ts";
export { pickRows } from "./pick-rows.ts";
export {
  type QuantizedCachedAttention,
  type QuantizedCachedAttentionOptions,
  type QuantizedVectors,
  quantizedCachedAttention,
  quantizeVectors,
  writeQuantized,
} from "./quantized-cache.ts";
export { quantizedCrossEntropy } from "./quantized-cross-entropy.ts";
export {
  codesPerByte,
  dequantize,
  normalFloat4,
  pairsOfBytes,
  type QuantizedFormat,
  type QuantizedMatrix,
  quantizedEmbedding,
  quantizedFormats,
  quantizedMatmul,
  quantizedShape,
  shapeOfQuantized,
} from "./quantized-matrix.ts";
export { max, mean } from "./reductions.ts";
export { type RmsNormOptions, rmsNorm } from "./rms-norm.ts";
export { rope } from "./rope.ts";
export { concat, pad, reshape, slice, transpose } from "./shapes.ts";
export { softcap } from "./softcap.ts";
export { logSumExp, softmax } from "./softmax.ts";
export type { CrossEntropyAttributes } from "./softmax-cross-entropy.ts";
export {
  type CrossEntropy,
  type CrossEntropyOptions,
  softmaxCrossEntropy,
} from "./softmax-cross-entropy.ts";
export { split } from "./split.ts";
export { triangularInverse } from "./triangular-inverse.ts";
