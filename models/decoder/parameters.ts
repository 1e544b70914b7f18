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

/** `residual` is normal, narrowed by the number of residual additions (GPT-2). */
export type ParameterInit = "normal" | "residual" | "ones" | "zeros";

/** All parameters in a fixed order: embeddings, layers from the first to the last, final norm, head. */
export function parameterSpecs(config: DecoderConfig): ParameterSpec[] {
  const { vocabularySize, contextLength: context, hiddenSize: width, layers } = config;
  return [
    matrix("embedding.weight", [vocabularySize, width]),
    ...(config.positions === "learned" ? [positionTable([context, width])] : []),
    ...Array.from({ length: layers }, (_, layer) => layerSpecs(config, `layers.${layer}`)).flat(),
    ...normSpecs(config, "finalNorm"),
    ...(config.tieEmbeddings ? [] : [matrix("head.weight", [vocabularySize, width])]),
    ...(config.biases.head ? [vector("head.bias", vocabularySize, "zeros")] : []),
  ];
}

export function parameterCount(config: DecoderConfig): number {
  return parameterSpecs(config).reduce((total, spec) => total + sizeOf(spec.shape), 0);
}

function layerSpecs(config: DecoderConfig, layer: string): ParameterSpec[] {
  const {
    hiddenSize: width,
    heads,
    kvHeads,
    headDim,
    intermediateSize: feedForward,
    biases,
  } = config;
  const attention = `${layer}.attention`;
  const network = `${layer}.feedForward`;
  const queries = heads * headDim;
  const keys = kvHeads * headDim;
  const inputBias = biases.queryKeyValue;
  const sandwich = config.block === "sandwichNorm";
  return [
    ...normSpecs(config, `${layer}.attentionNorm`),
    ...headNormSpecs(config, attention),
    ...linearSpecs(`${attention}.query`, queries, width, inputBias),
    ...linearSpecs(`${attention}.key`, keys, width, inputBias),
    ...linearSpecs(`${attention}.value`, keys, width, inputBias),
    ...linearSpecs(`${attention}.output`, width, queries, biases.attentionOutput, "residual"),
    ...(sandwich ? normSpecs(config, `${layer}.attentionOutputNorm`) : []),
    ...(config.block === "parallel" ? [] : normSpecs(config, `${layer}.feedForwardNorm`)),
    ...(config.gated ? linearSpecs(`${network}.gate`, feedForward, width, biases.feedForward) : []),
    ...linearSpecs(`${network}.up`, feedForward, width, biases.feedForward),
    ...linearSpecs(`${network}.down`, width, feedForward, biases.feedForward, "residual"),
    ...(sandwich ? normSpecs(config, `${layer}.feedForwardOutputNorm`) : []),
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
  return config.norm === "layerNorm"
    ? [
        vector(`${name}.weight`, config.hiddenSize, "ones"),
        vector(`${name}.bias`, config.hiddenSize, "zeros"),
      ]
    : [rmsGain(config, name, config.hiddenSize)];
}

function headNormSpecs(config: DecoderConfig, attention: string): ParameterSpec[] {
  if (!config.attention.queryKeyNorm) return [];
  return ["queryNorm", "keyNorm"].map((name) =>
    rmsGain(config, `${attention}.${name}`, config.headDim),
  );
}

/** A gain of one, which is stored as zero where one is added to it. */
function rmsGain({ normOffset }: DecoderConfig, name: string, size: number): ParameterSpec {
  return vector(`${name}.weight`, size, normOffset === 0 ? "ones" : "zeros");
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
