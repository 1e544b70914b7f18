/** What docs/models.md tells of memory and speed: adapters' training, and generation, by storage. */
import { z } from "zod";
import type { WeightDtype } from "../../models/index.ts";
import { benchShape } from "../../src/bench/index.ts";
import { generatingMemory, trainingMemory } from "../../trainers/index.ts";

export interface Measurement {
  readonly kind: "lora" | "generate";
  readonly shape: Shape;
  readonly weightDtype: WeightDtype;
  /** Generated at once, or rows of a step. */
  readonly sequences: number;
  /** Of `pathloom bench`. */
  readonly args: readonly string[];
  /** Bytes that the plan counts. */
  readonly planned: number;
}

/** What `pathloom bench --json` prints, as far as the page shows it. */
export const resultSchema = z.object({
  engine: z.string(),
  tokensPerSecond: z.number().positive(),
  secondsPerUnit: z.number().positive(),
  peakMemoryBytes: z.number().positive(),
});

export type Result = z.infer<typeof resultSchema>;

/** Rank of the bench's adapters. */
export const adapterRank = 16;
export const promptTokens = 16;

/** What a shape's generation is measured by. */
export const newTokens = { quickstart: 96, "gpt2-small": 32, "llama-1b": 16 } as const;

type Shape = keyof typeof newTokens;
const shapes: readonly Shape[] = ["gpt2-small", "llama-1b"];
const trainedOver = ["float32", "bfloat16", "nf4"] as const;
const generatedFrom = ["float32", "bfloat16", "int8", "int4", "nf4"] as const;
/** As many as `pathloom generate` draws at once. */
const together = 16;

export function measurements(): Measurement[] {
  return [
    ...generatedFrom.map((weightDtype) => generation("quickstart", weightDtype, 1)),
    ...generatedFrom.map((weightDtype) => generation("quickstart", weightDtype, together)),
    ...shapes.flatMap((shape) => [
      ...trainedOver.map((weightDtype) => training(shape, weightDtype)),
      ...generatedFrom.map((weightDtype) => generation(shape, weightDtype, 1)),
    ]),
  ];
}

function training(shape: Shape, weightDtype: WeightDtype): Measurement {
  const { decoder, batch } = benchShape(shape);
  const batchSize = { batchSize: batch, sequenceLength: decoder.contextLength };
  const { total } = trainingMemory(decoder, batchSize, { adapterRank }, weightDtype);
  return {
    kind: "lora",
    shape,
    weightDtype,
    sequences: batch,
    planned: total,
    args: ["lora", "--shape", shape, "--weight-dtype", weightDtype],
  };
}

function generation(shape: Shape, weightDtype: WeightDtype, sequences: number): Measurement {
  const { decoder } = benchShape(shape);
  const tokens = sequences * (promptTokens + newTokens[shape]);
  const { total } = generatingMemory(decoder, tokens, weightDtype);
  return {
    kind: "generate",
    shape,
    weightDtype,
    sequences,
    planned: total,
    args: [
      ...["generate", "--shape", shape, "--weight-dtype", weightDtype],
      ...(sequences === 1 ? [] : ["--batch", String(sequences)]),
      ...["--prompt", String(promptTokens), "--tokens", String(newTokens[shape])],
    ],
  };
}
