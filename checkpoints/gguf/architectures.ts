/**
 * Which of llama.cpp's architectures a decoder is, and what it calls the parameters. An architecture is a
 * choice of the decoder's switches, so that a model of any family that makes that choice can leave.
 */
import type { DecoderConfig } from "../../models/index.ts";

export interface GgufArchitecture {
  /** `general.architecture`, and what its keys begin with. */
  readonly name: string;
  /** Which channels of a head it turns together: neighbours, or one of each half. */
  readonly turns: "neighbours" | "halves";
  /** Queries, keys and values in one matrix. */
  readonly fused: boolean;
  /** Whether its norms' gains have the decoder's `normOffset` added in the file. */
  readonly addsNormOffset: boolean;
  /** What of the decoder it cannot say; null where it holds it. */
  whyNot(config: DecoderConfig): string | null;
}

/** By our names; `{i}` is the layer. */
export const tensorNames: readonly (readonly [ours: string, theirs: string])[] = [
  ["embedding", "token_embd"],
  ["positions", "position_embd"],
  ["finalNorm", "output_norm"],
  ["head", "output"],
  ["layers.{i}.attentionNorm", "blk.{i}.attn_norm"],
  ["layers.{i}.attention.query", "blk.{i}.attn_q"],
  ["layers.{i}.attention.key", "blk.{i}.attn_k"],
  ["layers.{i}.attention.value", "blk.{i}.attn_v"],
  ["layers.{i}.attention.queryNorm", "blk.{i}.attn_q_norm"],
  ["layers.{i}.attention.keyNorm", "blk.{i}.attn_k_norm"],
  ["layers.{i}.attention.output", "blk.{i}.attn_output"],
  ["layers.{i}.feedForwardNorm", "blk.{i}.ffn_norm"],
  ["layers.{i}.feedForward.gate", "blk.{i}.ffn_gate"],
  ["layers.{i}.feedForward.up", "blk.{i}.ffn_up"],
  ["layers.{i}.feedForward.down", "blk.{i}.ffn_down"],
];

/** The first that holds a decoder is taken. */
export const architectures: readonly GgufArchitecture[] = [
  architecture(
    "gpt2",
    (config) => [
      ...layerNormNetwork(config),
      [config.positions === "learned", "positions that are not learned"],
      [config.kvHeads === config.heads, "grouped queries"],
      ...wholeHeads(config),
    ],
    { fused: true },
  ),
  architecture("starcoder2", (config) => [
    ...layerNormNetwork(config),
    ...rotary(config),
    ...wholeHeads(config),
  ]),
  architecture(
    "llama",
    (config) => [
      ...gatedNetwork(config, "silu"),
      ...rotary(config),
      ...plainQueries(config),
      [
        !config.biases.queryKeyValue || config.biases.attentionOutput,
        "biases of queries, keys and values alone",
      ],
    ],
    { turns: "neighbours" },
  ),
  architecture("qwen2", (config) => [
    ...gatedNetwork(config, "silu"),
    ...rotary(config),
    ...plainQueries(config),
    [config.biases.queryKeyValue, "no biases of queries, keys and values"],
    [!config.biases.attentionOutput && !config.biases.feedForward, "other biases"],
    ...wholeHeads(config),
    ...llama3Turns(config),
  ]),
  architecture("qwen3", (config) => [
    ...gatedNetwork(config, "silu"),
    ...rotary(config),
    [config.attention.queryKeyNorm === "head", "queries and keys that are not normalised"],
    ...noBiases(config),
    ...llama3Turns(config),
  ]),
  architecture(
    "gemma",
    (config) => [
      ...gatedNetwork(
        { ...config, embeddingScale: 1, normOffset: config.normOffset - 1 },
        "geluNew",
      ),
      ...rotary(config),
      ...plainQueries(config),
      [
        Math.abs(config.embeddingScale / Math.sqrt(config.hiddenSize) - 1) < 0.01,
        "embeddings that are not scaled by the root of the width",
      ],
      [config.tieEmbeddings, "a head of its own"],
      ...noBiases(config),
      ...llama3Turns(config),
    ],
    { addsNormOffset: true },
  ),
];

/** @param demands what a decoder must be for it. */
function architecture(
  name: string,
  demands: (config: DecoderConfig) => readonly Demand[],
  layout: Partial<Pick<GgufArchitecture, "turns" | "fused" | "addsNormOffset">> = {},
): GgufArchitecture {
  return {
    name,
    turns: "halves",
    fused: false,
    addsNormOffset: false,
    ...layout,
    whyNot: (config) => demands(config).find(([holds]) => !holds)?.[1] ?? null,
  };
}

/** What the model has where an architecture does not hold it. */
type Demand = readonly [holds: boolean, what: string];

function plainStream(config: DecoderConfig): Demand[] {
  const { attention, headDim } = config;
  const scale = attention.scale ?? 1 / Math.sqrt(headDim);
  return [
    [config.gatedDelta === null, "layers that carry a state (gated delta nets)"],
    [!attention.outputGate, "a gate on what heads give"],
    [config.block === "preNorm", `the block layout ${config.block}`],
    [config.normGain && !config.embeddingNorm, "norms of another kind"],
    [config.normOffset === 0, "gains that are kept as differences from 1"],
    [
      [config.embeddingScale, config.residualScale, config.logitScale].every((each) => each === 1),
      "multipliers of embeddings, residuals or logits",
    ],
    [attention.softcap === null && config.logitSoftcap === null, "soft caps"],
    [Math.abs(scale * Math.sqrt(headDim) - 1) < 1e-6, "scores of another scale"],
    [attention.queryGrowth === null, "queries that grow with their position"],
    [!config.biases.head, "a head with a bias"],
  ];
}

function layerNormNetwork(config: DecoderConfig): Demand[] {
  const { biases } = config;
  return [
    ...plainStream(config),
    [config.norm === "layerNorm" && biases.norm, "norms other than LayerNorm with biases"],
    [config.activation === "geluNew" && !config.gated, "a network other than GELU's"],
    [
      biases.queryKeyValue && biases.attentionOutput && biases.feedForward,
      "linear layers without biases",
    ],
    ...plainQueries(config),
  ];
}

function plainQueries({ attention }: DecoderConfig): Demand[] {
  return [[attention.queryKeyNorm === "none", "normalised queries and keys"]];
}

function noBiases({ biases }: DecoderConfig): Demand[] {
  return [[!biases.queryKeyValue && !biases.feedForward, "biases"]];
}

function gatedNetwork(config: DecoderConfig, activation: "silu" | "geluNew"): Demand[] {
  return [
    ...plainStream(config),
    [config.norm === "rmsNorm", "norms other than RMSNorm"],
    [
      config.activation === activation && config.gated,
      `a network that is not gated by ${activation}`,
    ],
  ];
}

function rotary(config: DecoderConfig): Demand[] {
  const { rope } = config;
  return [
    [config.positions === "rotary", "positions that are not rotary"],
    [rope.share === 1 && !rope.backwards, "heads of which a part is turned, or backwards"],
    [rope.unturnedLayers.length === 0, "layers without positions"],
    [rope.localTheta === null, "layers that are turned by another base"],
    [rope.scaling?.type !== "dynamic", "dynamic rope scaling"],
    [rope.scaling?.type !== "longrope", "LongRoPE"],
  ];
}

function wholeHeads({ heads, headDim, hiddenSize }: DecoderConfig): Demand[] {
  return [[heads * headDim === hiddenSize, "heads that are not as wide together as the model"]];
}

/** Factors of single frequencies are read by `llama` alone. */
function llama3Turns({ rope }: DecoderConfig): Demand[] {
  return [[rope.scaling?.type !== "llama3", "Llama 3's rope scaling"]];
}
