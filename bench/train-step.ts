/**
 * The speed of a training step: forward, backward, gradient norm and AdamW on random tokens.
 *
 *   node --import tsx bench/train-step.ts small            the quickstart's shape
 *   node --import tsx bench/train-step.ts medium --threads 1 --steps 20
 *   node --import tsx bench/train-step.ts small --profile  time by operation; --keep keeps the traces
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Batch } from "../data/index.ts";
import { measurePeak } from "../engine/index.ts";
import {
  type DecoderConfig,
  initialWeights,
  layerBiases,
  Model,
  plainDecoder,
  plainRope,
} from "../models/index.ts";
import { Trainer } from "../trainers/index.ts";
import { median, TimedEngine } from "./engine-timing.ts";

interface Shape {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly vocabularySize: number;
  readonly context: number;
  readonly batch: number;
}

const shapes: Readonly<Record<string, Shape>> = {
  small: { layers: 4, width: 192, heads: 6, vocabularySize: 1024, context: 128, batch: 16 },
  medium: { layers: 6, width: 384, heads: 6, vocabularySize: 2048, context: 256, batch: 8 },
  long: { layers: 6, width: 384, heads: 6, vocabularySize: 2048, context: 2048, batch: 1 },
  large: { layers: 12, width: 768, heads: 12, vocabularySize: 8192, context: 512, batch: 2 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: "string" },
    steps: { type: "string", default: "12" },
    profile: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    llama: { type: "boolean", default: false },
  },
});
const shape = shapes[positionals[0] ?? "small"];
if (shape === undefined) {
  console.error(`no shape "${positionals[0]}"; there are ${Object.keys(shapes).join(", ")}`);
  process.exit(2);
}

/** GPT-2's decoder; with `--llama` rotary positions, RMSNorm and SwiGLU. */
function configOf(
  { layers, width, heads, vocabularySize, context }: Shape,
  llama: boolean,
): DecoderConfig {
  return {
    ...plainDecoder,
    ...{ layers, hiddenSize: width, heads, vocabularySize, contextLength: context },
    kvHeads: heads,
    headDim: width / heads,
    intermediateSize: 4 * width,
    positions: llama ? "rotary" : "learned",
    rope: plainRope(10_000),
    norm: llama ? "rmsNorm" : "layerNorm",
    normEpsilon: 1e-5,
    activation: llama ? "silu" : "geluNew",
    gated: llama,
    biases: layerBiases(!llama),
    tieEmbeddings: false,
  };
}

/** One segment a row, every position counted. */
function randomBatch({ batch: rows, context: time, vocabularySize }: Shape): Batch {
  const count = rows * time;
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % vocabularySize;
  };
  return {
    ...{ batchSize: rows, sequenceLength: time, targetCount: count, samples: rows },
    tokens: Int32Array.from({ length: count }, random),
    targets: Int32Array.from({ length: count }, random),
    positions: Int32Array.from({ length: count }, (_, i) => i % time),
    segments: new Int32Array(count).fill(1),
  };
}

const threads = values.threads === undefined ? availableParallelism() : Number(values.threads);
const profileFolder = values.profile ? mkdtempSync(join(tmpdir(), "pathloom-")) : undefined;
const engine = new TimedEngine({
  threads,
  ...(profileFolder === undefined ? {} : { profileFolder }),
});
const config = configOf(shape, values.llama);
const model = new Model(engine, config, initialWeights(config, { seed: 1 }));
const trainer = new Trainer(model, {
  optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
  schedule: {
    schedule: "constant",
    learningRate: 3e-4,
    minRatio: 1,
    warmupSteps: 10,
    steps: 1000,
  },
  clip: 1,
});
const batch = randomBatch(shape);
const warmUp = 3;
const steps: number[] = [];
/** Processor time of all threads, which other processes on the machine disturb less. */
const processor: number[] = [];
for (let i = 0; i < warmUp + Number(values.steps); i++) {
  const started = performance.now();
  const before = process.cpuUsage();
  trainer.step([batch]);
  const { user, system } = process.cpuUsage(before);
  if (i < warmUp) continue;
  steps.push(performance.now() - started);
  processor.push((user + system) / 1000);
}

const tokens = shape.batch * shape.context;
const step = median(steps);
const backward = engine.times.find(({ name }) => name.startsWith("backward"))!;
const peak = profileFolder === undefined ? measurePeak(engine) : Number.NaN;
const rate = backward.flops / (step / 1000);
console.log(
  `${engine.describe().summary}; ${(model.parameterCount / 1e6).toFixed(1)} M parameters`,
);
console.log(
  `${((1000 * tokens) / step).toFixed(0)} tokens/s, ${step.toFixed(1)} ms a step (${Math.min(...steps).toFixed(1)} to ${Math.max(...steps).toFixed(1)}; processor ${median(processor).toFixed(0)}), ${(rate / 1e9).toFixed(0)} GFLOP/s, ${((100 * rate) / peak).toFixed(0)} % of ${(peak / 1e9).toFixed(0)}, peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
);
const byKind = new Map<string, number>();
for (const { name, milliseconds } of engine.times) {
  const kind = name.split(" ")[0]!;
  const repeats = milliseconds.length / (warmUp + steps.length);
  byKind.set(kind, (byKind.get(kind) ?? 0) + repeats * median(milliseconds));
}
for (const [kind, milliseconds] of byKind) {
  if (milliseconds > 0) console.log(`  ${kind.padEnd(12)} ${milliseconds.toFixed(2)} ms`);
}
console.log(
  `  the backward program has ${backward.operations} nodes and was compiled in ${backward.compiling.toFixed(0)} ms`,
);
if (profileFolder !== undefined) {
  const profile = engine.profile();
  const total = [...profile.values()].reduce((sum, each) => sum + each, 0);
  for (const [operation, milliseconds] of profile) {
    const share = `${((100 * milliseconds) / total).toFixed(1)} %`;
    const each = (milliseconds / (warmUp + steps.length)).toFixed(2);
    console.log(`  ${operation.padEnd(28)} ${each.padStart(8)} ms ${share.padStart(7)}`);
  }
  if (values.keep) console.log(`  traces: ${profileFolder}`);
  else rmSync(profileFolder, { recursive: true });
}
