/** The parameters of a decoder: names, shapes, and how each is initialised and decayed. */
import { type Shape, sizeOf } from "../../engine/index.ts";
import type { DecoderConfig } from "./config.ts";

export interface ParameterSpec {
  /** As `layers.0.attention.query.weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly init: ParameterInit;
  /** Whether weight decay applies: to matrices, not to gains, biases or positions. */
  readonly decay: boolean;
}

/**
 * `residual` is normal, narrowed by the number of residual additions (GPT-2); `logDecay` the logarithm of
 * a number between 0.01 and 16 (Qwen3.5, after Mamba 2).
 */
export type ParameterInit = "normal" | "residual" | "ones" | "zeros" | "logDecay";

/**
 * All parameters in a fixed order: embeddings, layers from the first to the last, final norm, head, heads
 * of tokens further on.
 */
export function parameterSpecs(config: DecoderConfig): ParameterSpec[] {
  return [...decoderSpecs(config), ...futureSpecs(config)];
}

/** Without the heads of tokens further on: what the next token's logits are made of. */
export function decoderSpecs(config: DecoderConfig): ParameterSpec[] {
  const { vocabularySize, contextLength: context, hiddenSize: width, layers } = config;
  return [
    matrix("embedding.weight", [vocabularySize, width]),
    ...(config.positions === "learned" ? [positionTable([context, width])] : []),
    ...(config.embeddingNorm ? normSpecs(config, "embeddingNorm") : []),
    ...Array.from({ length: layers }, (_, layer) =>
      layerSpecs(config, `layers.${layer}`, config.gatedDelta?.layers.includes(layer)),
    ).flat(),
    ...normSpecs(config, "finalNorm"),
    ...(config.tieEmbeddings ? [] : [matrix("head.weight", [vocabularySize, width])]),
    ...(config.biases.head ? [vector("head.bias", vocabularySize, "zeros")] : []),
  ];
}

/** Of the heads of tokens further on: `future.0.` is that of the token after the next. */
function futureSpecs(config: DecoderConfig): ParameterSpec[] {
  const { future, hiddenSize: width } = config;
  if (future === undefined) return [];
  return Array.from({ length: future.count }, (_, i) => {
    const name = `future.${i}`;
    if (future.kind === "parallel") return layerSpecs(config, name);
    return [
      ...normSpecs(config, `${name}.embeddingNorm`),
      ...normSpecs(config, `${name}.hiddenNorm`),
      matrix(`${name}.projection.weight`, [width, 2 * width]),
      ...layerSpecs(config, name),
      ...normSpecs(config, `${name}.finalNorm`),
    ];
  }).flat();
}

export function parameterCount(config: DecoderConfig): number {
  return parameterSpecs(config).reduce((total, spec) => total + sizeOf(spec.shape), 0);
}

/** @param isGatedDelta whether the layer carries a state instead of attending. */
function layerSpecs(config: DecoderConfig, layer: string, isGatedDelta = false): ParameterSpec[] {
  const { hiddenSize: width, intermediateSize, biases } = config;
  const network = `${layer}.feedForward`;
  const { block } = config;
  const norms = (wanted: boolean, name: string) =>
    wanted ? normSpecs(config, `${layer}.${name}`) : [];
  const after = block === "sandwichNorm" || block === "postNorm";
  return [
    ...norms(block !== "postNorm", "attentionNorm"),
    ...(isGatedDelta
      ? gatedDeltaSpecs(config, `${layer}.deltaNet`)
      : attentionSpecs(config, `${layer}.attention`)),
    ...norms(after, "attentionOutputNorm"),
    ...norms(block !== "parallel" && block !== "postNorm", "feedForwardNorm"),
    ...(config.gated
      ? linearSpecs(`${network}.gate`, intermediateSize, width, biases.feedForward)
      : []),
    ...linearSpecs(`${network}.up`, intermediateSize, width, biases.feedForward),
    ...linearSpecs(`${network}.down`, width, intermediateSize, biases.feedForward, "residual"),
    ...norms(after, "feedForwardOutputNorm"),
  ];
}

function attentionSpecs(config: DecoderConfig, attention: string): ParameterSpec[] {
  const { hiddenSize: width, heads, kvHeads, headDim, biases } = config;
  const queries = heads * headDim;
  const keys = kvHeads * headDim;
  const bias = biases.queryKeyValue;
  return [
    ...queryKeyNormSpecs(config, attention),
    ...linearSpecs(`${attention}.query`, queries, width, bias),
    ...(config.attention.outputGate ? linearSpecs(`${attention}.gate`, queries, width, bias) : []),
    ...linearSpecs(`${attention}.key`, keys, width, bias),
    ...linearSpecs(`${attention}.value`, keys, width, bias),
    ...linearSpecs(`${attention}.output`, width, queries, biases.attentionOutput, "residual"),
  ];
}

function gatedDeltaSpecs({ hiddenSize, gatedDelta }: DecoderConfig, net: string): ParameterSpec[] {
  const { keyHeads, valueHeads, keyDim, valueDim, convolution } = gatedDelta!;
  const values = valueHeads * valueDim;
  const channels = 2 * keyHeads * keyDim + values;
  return [
    ...linearSpecs(`${net}.queryKeyValue`, channels, hiddenSize, false),
    matrix(`${net}.convolution.weight`, [channels, 1, convolution]),
    ...linearSpecs(`${net}.gate`, values, hiddenSize, false),
    ...linearSpecs(`${net}.rate`, valueHeads, hiddenSize, false),
    ...linearSpecs(`${net}.decay`, valueHeads, hiddenSize, false),
    vector(`${net}.decayBias`, valueHeads, "ones"),
    vector(`${net}.logDecay`, valueHeads, "logDecay"),
    vector(`${net}.norm.weight`, valueDim, "ones"),
    ...linearSpecs(`${net}.output`, hiddenSize, values, false, "residual"),
  ];
}

function linearSpecs(
  name: string,
  outputs: number,
  inputs: number,
  bias: boolean,
  init: ParameterInit = "normal",
): ParameterSpec[] {
  const weight = matrix(`${name}.weight`, [outputs, inputs], init);
  return bias ? [weight, vector(`${name}.bias`, outputs, "zeros")] : [weight];
}

function normSpecs(config: DecoderConfig, name: string): ParameterSpec[] {
  const hasBias = config.norm === "layerNorm" && config.biases.norm;
  return [
    ...gainSpecs(config, name, config.hiddenSize),
    ...(hasBias ? [vector(`${name}.bias`, config.hiddenSize, "zeros")] : []),
  ];
}

function queryKeyNormSpecs(config: DecoderConfig, attention: string): ParameterSpec[] {
  const { queryKeyNorm } = config.attention;
  if (queryKeyNorm === "none") return [];
  const size = (heads: number) => (queryKeyNorm === "projection" ? heads : 1) * config.headDim;
  return [
    ...gainSpecs(config, `${attention}.queryNorm`, size(config.heads)),
    ...gainSpecs(config, `${attention}.keyNorm`, size(config.kvHeads)),
  ];
}

/** A gain of one, which is stored as zero where one is added to it. */
function gainSpecs(
  { normGain, normOffset }: DecoderConfig,
  name: string,
  size: number,
): ParameterSpec[] {
  return normGain ? [vector(`${name}.weight`, size, normOffset === 0 ? "ones" : "zeros")] : [];
}

const matrix = (name: string, shape: Shape, init: ParameterInit = "normal"): ParameterSpec => ({
  name,
  shape,
  init,
  decay: true,
});

const vector = (name: string, size: number, init: ParameterInit): ParameterSpec => ({
  name,
  shape: [size],
  init,
  decay: false,
});

const positionTable = (shape: Shape): ParameterSpec => ({
  name: "positions.weight",
  shape,
  init: "normal",
  decay: false,
});
