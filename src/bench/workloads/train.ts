/** Training steps on random tokens: forward, backward, gradient norm, AdamW. */

import type { Batch } from "../../../data/index.ts";
import { type Engine, sizeOf } from "../../../engine/index.ts";
import {
  type DecoderConfig,
  familyFor,
  Model,
  newLora,
  plainLora,
  type WeightDtype,
} from "../../../models/index.ts";
import { Trainer } from "../../../trainers/index.ts";
import type { BenchShape } from "../shapes.ts";
import type { PeerOptimiser, Workload } from "../workload.ts";
import { noiseWeights } from "./noise-weights.ts";
import { randomTokens } from "./random-tokens.ts";

const optimiser: PeerOptimiser = {
  learningRate: 3e-4,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.1,
  clip: 1,
};

/** The r and alpha of PEFT's documentation for decoders of this size. */
const lora = { rank: 16, alpha: 32 };

export interface TrainWorkloadOptions {
  /** Trains low-rank adapters of rank 16 on every linear layer in place of the model. */
  readonly adapters: boolean;
  /** How the weights under adapters are kept; float32 unless given. */
  readonly weightDtype?: WeightDtype;
}

export function trainWorkload(
  engine: Engine,
  { decoder, batch: rows }: BenchShape,
  { adapters, weightDtype = "float32" }: TrainWorkloadOptions,
): Workload {
  const model = newModel(engine, decoder, adapters, weightDtype);
  const { learningRate, clip, ...adamw } = optimiser;
  const trainer = new Trainer(model, {
    optimiser: adamw,
    schedule: { schedule: "constant", learningRate, minRatio: 1, warmupSteps: 0, steps: 1 },
    clip,
  });
  const tokens = randomTokens(rows, decoder.contextLength, decoder.vocabularySize, "tokens");
  const targets = randomTokens(rows, decoder.contextLength, decoder.vocabularySize, "targets");
  const batch = wholeRows(tokens, targets);
  return {
    summary: `a training step on ${rows} x ${decoder.contextLength} tokens${adapters ? ` of adapters of rank ${lora.rank}` : ""}${weightDtype === "float32" ? "" : ` over weights in ${weightDtype}`}`,
    tokensPerUnit: rows * decoder.contextLength,
    parameters: model.parameterCount,
    trainedParameters: model.trainable.reduce((total, { shape }) => total + sizeOf(shape), 0),
    precision: weightDtype,
    peerWork: {
      kind: "train",
      config: familyFor(decoder).writeConfig(decoder),
      tokens,
      targets,
      optimiser,
      lora: adapters ? lora : null,
    },
    run(units) {
      for (let unit = 0; unit < units; unit++) trainer.step([batch]);
    },
    dispose() {
      trainer.dispose();
      model.dispose();
    },
  };
}

function newModel(
  engine: Engine,
  decoder: DecoderConfig,
  adapters: boolean,
  weightDtype: WeightDtype,
): Model {
  const model = new Model(engine, decoder, noiseWeights(decoder), {
    weightDtype,
    frozen: adapters,
  });
  if (adapters) {
    // Adapters that start by chance look at no weights.
    const none = new Map<string, Float32Array>();
    const { adapter } = newLora(familyFor(decoder), decoder, none, { ...plainLora, ...lora }, 1);
    model.attach("bench", adapter);
  }
  return model;
}

/** One segment a row of tokens that say nothing, every position counted. */
export function randomBatch(rows: number, length: number, vocabularySize: number): Batch {
  const ids = (what: string) => randomTokens(rows, length, vocabularySize, what);
  return wholeRows(ids("tokens"), ids("targets"));
}

function wholeRows(
  tokens: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): Batch {
  const [rows, sequenceLength] = [tokens.length, tokens[0]!.length];
  const targetCount = rows * sequenceLength;
  return {
    batchSize: rows,
    sequenceLength: sequenceLength,
    targetCount,
    samples: rows,
    tokens: Int32Array.from(tokens.flat()),
    targets: Int32Array.from(targets.flat()),
    positions: Int32Array.from({ length: targetCount }, (_, i) => i % sequenceLength),
    segments: new Int32Array(targetCount).fill(1),
  };
}
