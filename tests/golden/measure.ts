/** How far a decoder here is from what another framework computes with the same checkpoint. */
import {
  adaptedModel,
  adapterTensors,
  loadedAdapterName,
  modelFromCheckpoint,
} from "../../checkpoints/index.ts";
import type { Batch } from "../../data/index.ts";
import type { Engine } from "../../engine/index.ts";
import {
  DecodingSession,
  defaultSampling,
  familyOf,
  generate,
  hiddenStates,
  logits,
  Model,
  mergeAdapter,
  toTensors,
} from "../../models/index.ts";
import { Trainer } from "../../trainers/step/trainer.ts";
import type { Expected, Golden, GoldenAdapter, GoldenBfloat16 } from "./golden.ts";

export interface Differences {
  /** Largest absolute difference of the logits. */
  readonly logits: number;
  /** Largest absolute difference of the embeddings and of what each layer gives. */
  readonly hidden: number;
  /** The same of the logits with matrices in bfloat16, on both sides. */
  readonly bfloat16: number;
  /** Largest relative difference of the losses before each of ten AdamW steps. */
  readonly losses: number;
  /** Largest difference of a gradient's elements, relative to the largest of its tensor. */
  readonly gradients: number;
  /** Tokens that greedy generation chose differently. */
  readonly greedy: number;
  /** Largest absolute difference of logits with the cache and without. */
  readonly cached: number;
}

/** What a decoder must hold to pass as the same model, in float32. */
export const tolerance: Differences = {
  logits: 1e-4,
  hidden: 1e-4,
  bfloat16: 1e-4,
  losses: 1e-4,
  gradients: 1e-4,
  greedy: 0,
  cached: 1e-4,
};

/** Runs the golden's checkpoint on an engine and compares everything. */
export function measure(engine: Engine, golden: Golden): Differences {
  const { expected } = golden;
  const model = modelFromCheckpoint(engine, golden.checkpoint);
  try {
    const generated = generate(model, [expected.prompt], {
      sampling: { ...defaultSampling, temperature: 0 },
      seeds: [0],
      maxNewTokens: [expected.greedy.length],
      stopIds: [],
      constraints: null,
    })[0]!;
    return {
      logits: largestDifference(logits(model, expected.tokens), golden.logits),
      hidden: hiddenDifference(model, golden),
      bfloat16: bfloat16Difference(engine, golden),
      greedy: expected.greedy.filter((id, i) => generated[i] !== id).length,
      cached: cachedDifference(model, sameWithCache(model, expected)),
      ...trainingDifferences(model, golden),
    };
  } finally {
    model.dispose();
  }
}

function bfloat16Difference(engine: Engine, golden: Golden): number {
  return largestDifference(logitsFromBfloat16(engine, golden), golden.logitsBfloat16!);
}

function logitsFromBfloat16(
  engine: Engine,
  { checkpoint, expected }: Pick<GoldenBfloat16, "checkpoint" | "expected">,
): Float32Array {
  const model = modelFromCheckpoint(engine, checkpoint, { weightDtype: "bfloat16" });
  try {
    return logits(model, expected.tokens);
  } finally {
    model.dispose();
  }
}

/** Weights kept in bfloat16 here, against arithmetic in bfloat16 there. */
export interface Bfloat16Differences {
  /** Largest absolute difference. */
  readonly logits: number;
  /** Root of the mean square of the logits. */
  readonly size: number;
}

export const bfloat16Tolerance = 2e-2;

export function measureBfloat16(engine: Engine, golden: GoldenBfloat16): Bfloat16Differences {
  const found = logitsFromBfloat16(engine, golden);
  const squares = golden.logits.reduce((sum, value) => sum + value ** 2, 0);
  return {
    logits: largestDifference(found, golden.logits),
    size: Math.sqrt(squares / golden.logits.length),
  };
}

function hiddenDifference(model: Model, { expected, hidden }: Golden): number {
  const found = hiddenStates(model, expected.tokens);
  if (found.length !== hidden.length) return Number.POSITIVE_INFINITY;
  return found.reduce((most, state, i) => largerOf(most, largestDifference(state, hidden[i]!)), 0);
}

/** Tokens that a cache changes nothing of: positions that grow with a sequence do, beyond pretraining. */
function sameWithCache({ config }: Model, { prompt, greedy }: Expected): number[] {
  const { scaling } = config.rope;
  const ids = [...prompt, ...greedy.slice(0, 24)];
  return scaling?.type === "dynamic" ? ids.slice(0, scaling.originalContextLength) : ids;
}

function cachedDifference(model: Model, ids: readonly number[]): number {
  const whole = logits(model, [ids]);
  const size = model.config.vocabularySize;
  const first = 8;
  const session = new DecodingSession(model, { batch: 1, capacity: ids.length });
  try {
    let largest = 0;
    let found = session.prefill([ids.slice(0, first)]);
    for (let place = first - 1; ; place++) {
      const wanted = whole.subarray(place * size, (place + 1) * size);
      largest = Math.max(largest, largestDifference(found, wanted));
      if (place === ids.length - 1) return largest;
      found = session.step(Int32Array.of(ids[place + 1]!));
    }
  } finally {
    session.dispose();
  }
}

type TrainingExpected = Omit<Expected, "prompt" | "greedy" | "bfloat16Noise">;

function trainingDifferences(model: Model, golden: Golden) {
  const family = familyOf(golden.checkpoint.config);
  return trainAndCompare(goldenTrainer(model, golden.expected), golden, (gradients) =>
    toTensors(family, model.config, gradients),
  );
}

/**
 * Makes the golden's steps, which changes the model, and frees the trainer.
 * @param named gradients under the names of the golden's tensors.
 */
function trainAndCompare(
  trainer: Trainer,
  golden: { readonly expected: TrainingExpected; readonly gradients: Golden["gradients"] },
  named: (
    gradients: ReadonlyMap<string, Float32Array>,
  ) => Iterable<{ readonly name: string; readonly data: unknown }>,
) {
  const { expected } = golden;
  const batch = batchOf(expected);
  try {
    const losses = [trainer.step([batch]).loss];
    const gradients = new Map(
      [...named(trainer.gradients())].map(({ name, data }) => [name, data as Float32Array]),
    );
    while (losses.length < expected.losses.length) losses.push(trainer.step([batch]).loss);
    return {
      losses: largestRelative(losses, expected.losses),
      gradients: gradientDifference(gradients, golden.gradients),
    };
  } finally {
    trainer.dispose();
  }
}

export type AdapterDifferences = Pick<Differences, "logits" | "losses" | "gradients"> & {
  /** Largest absolute difference of the logits with the adapter merged into its base. */
  readonly merged: number;
};

export const adapterTolerance: AdapterDifferences = {
  logits: 1e-4,
  losses: 1e-4,
  gradients: 1e-4,
  merged: 1e-4,
};

/** Runs the golden's adapter over its base and compares everything. */
export function measureAdapter(engine: Engine, golden: GoldenAdapter): AdapterDifferences {
  const { expected, checkpoint } = golden;
  const { model, adapter } = adaptedModel(engine, checkpoint, golden.folder);
  const base = { config: model.config, json: checkpoint.config };
  const merged = new Model(engine, model.config, mergeAdapter(model.weights(), adapter));
  try {
    const prefix = `adapters.${loadedAdapterName}.`;
    const local = (gradients: ReadonlyMap<string, Float32Array>) =>
      new Map([...gradients].map(([name, values]) => [name.slice(prefix.length), values]));
    return {
      logits: largestDifference(logits(model, expected.tokens), golden.logits),
      merged: largestDifference(logits(merged, expected.tokens), golden.logits),
      ...trainAndCompare(goldenTrainer(model, expected), golden, (gradients) =>
        adapterTensors({ ...adapter, weights: local(gradients) }, base),
      ),
    };
  } finally {
    model.dispose();
    merged.dispose();
  }
}

/** Steps as the golden's maker made them. */
export function goldenTrainer(
  model: Model,
  { adamw, losses, ...rest }: TrainingExpected & { readonly loraPlusRatio?: number },
): Trainer {
  return new Trainer(model, {
    optimiser: {
      beta1: adamw.betas[0],
      beta2: adamw.betas[1],
      epsilon: adamw.eps,
      weightDecay: adamw.weight_decay,
    },
    schedule: {
      schedule: "constant",
      learningRate: adamw.lr,
      minRatio: 0,
      warmupSteps: 0,
      steps: losses.length,
    },
    clip: 0,
    loraPlusRatio: rest.loraPlusRatio ?? 1,
  });
}

/** The golden's rows; each place predicts the label of the next. */
export function batchOf({ tokens, labels }: TrainingExpected): Batch {
  const rows = tokens.length;
  const time = tokens[0]!.length;
  const targets = Int32Array.from(labels.flatMap((row) => [...row.slice(1), -100]));
  return {
    batchSize: rows,
    sequenceLength: time,
    tokens: Int32Array.from(tokens.flat()),
    targets,
    positions: Int32Array.from({ length: rows * time }, (_, i) => i % time),
    segments: new Int32Array(rows * time).fill(1),
    targetCount: targets.filter((target) => target !== -100).length,
    samples: rows,
  };
}

export function largestDifference(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  return found.reduce((most, value, i) => largerOf(most, Math.abs(value - expected[i]!)), 0);
}

export function largestRelative(found: readonly number[], expected: readonly number[]): number {
  return expected.reduce((most, value, i) => largerOf(most, Math.abs(found[i]! / value - 1)), 0);
}

/** Tensors whose whole gradient is rounding noise are measured against a thousandth of the largest. */
export function gradientDifference(
  found: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): number {
  const sizes = [...expected.values()].map(largestOf);
  const floor = 1e-3 * Math.max(...sizes);
  return [...expected].reduce((most, [name, values], i) => {
    const difference = largestDifference(found.get(name) ?? new Float32Array(), values);
    return largerOf(most, difference / Math.max(sizes[i]!, floor));
  }, 0);
}

const largestOf = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Not-a-number is the largest of all: nothing passes with it. */
const largerOf = (a: number, b: number): number =>
  Number.isNaN(b) ? Number.POSITIVE_INFINITY : Math.max(a, b);
