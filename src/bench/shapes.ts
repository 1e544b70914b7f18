/** The decoders that are measured, by name. */
import { type DecoderConfig, layerBiases, plainDecoder, plainRope } from "../../models/index.ts";
import { BenchError } from "./errors.ts";

export interface BenchShape {
  readonly summary: string;
  readonly decoder: DecoderConfig;
  /** Rows of a training step, each of the decoder's whole context. */
  readonly batch: number;
}

/** GPT-2's decoder (Radford et al. 2019). */
const gpt2 = {
  ...plainDecoder,
  positions: "learned",
  rope: plainRope(10_000),
  norm: "layerNorm",
  normEpsilon: 1e-5,
  activation: "geluNew",
  gated: false,
  biases: layerBiases(true),
  tieEmbeddings: true,
} as const;

/** Llama's (Touvron et al. 2023). */
const llama = {
  ...plainDecoder,
  positions: "rotary",
  rope: plainRope(10_000),
  norm: "rmsNorm",
  normEpsilon: 1e-5,
  activation: "silu",
  gated: true,
  biases: layerBiases(false),
  tieEmbeddings: true,
} as const;

const gpt2Small: DecoderConfig = {
  ...gpt2,
  layers: 6,
  hiddenSize: 384,
  heads: 6,
  kvHeads: 6,
  headDim: 64,
  intermediateSize: 1536,
  vocabularySize: 2048,
  contextLength: 256,
};

export const benchShapes: Readonly<Record<string, BenchShape>> = {
  quickstart: {
    summary: "the decoder of configs/icons.yaml, 16 rows of 128 tokens",
    decoder: {
      ...llama,
      layers: 4,
      hiddenSize: 192,
      heads: 6,
      kvHeads: 6,
      headDim: 32,
      intermediateSize: 512,
      vocabularySize: 886,
      contextLength: 128,
    },
    batch: 16,
  },
  "gpt2-12m": {
    summary: "GPT-2's of 11.5 million parameters, 8 rows of 256 tokens",
    decoder: gpt2Small,
    batch: 8,
  },
  "gpt2-12m-long": {
    summary: "the same with one row of 2,048 tokens",
    decoder: { ...gpt2Small, contextLength: 2048 },
    batch: 1,
  },
  "llama-100m": {
    summary: "Llama's of 100 million parameters with grouped queries, 2 rows of 512 tokens",
    decoder: {
      ...llama,
      layers: 12,
      hiddenSize: 768,
      heads: 12,
      kvHeads: 4,
      headDim: 64,
      intermediateSize: 2048,
      vocabularySize: 32_000,
      contextLength: 512,
    },
    batch: 2,
  },
  "gpt2-small": {
    summary: "GPT-2's smallest, of 124 million parameters, one row of 1,024 tokens",
    decoder: {
      ...gpt2,
      layers: 12,
      hiddenSize: 768,
      heads: 12,
      kvHeads: 12,
      headDim: 64,
      intermediateSize: 3072,
      vocabularySize: 50_257,
      contextLength: 1024,
    },
    batch: 1,
  },
  "llama-1b": {
    summary: "Llama 3.2's of 1.2 billion parameters, one row of 256 tokens",
    decoder: {
      ...llama,
      layers: 16,
      hiddenSize: 2048,
      heads: 32,
      kvHeads: 8,
      headDim: 64,
      intermediateSize: 8192,
      vocabularySize: 128_256,
      contextLength: 256,
      rope: plainRope(500_000),
    },
    batch: 1,
  },
  tiny: {
    summary: "next to nothing: to see that everything works",
    decoder: {
      ...gpt2,
      layers: 1,
      hiddenSize: 16,
      heads: 2,
      kvHeads: 2,
      headDim: 8,
      intermediateSize: 64,
      vocabularySize: 64,
      contextLength: 16,
    },
    batch: 2,
  },
};

/** @throws BenchError when there is none of that name. */
export function benchShape(name: string): BenchShape {
  const shape = Object.hasOwn(benchShapes, name) ? benchShapes[name] : undefined;
  if (shape !== undefined) return shape;
  throw new BenchError(`no shape "${name}"; there are ${Object.keys(benchShapes).join(", ")}`);
}
