/** What docs/models.md tells of memory and speed: adapters' training, and generation, by storage. */
import type { WeightStorage } from "../../models/index.ts";
import { benchShape } from "../../src/bench/index.ts";
import { generatingMemory, trainingMemory } from "../../trainers/index.ts";

export interface Measurement {
  readonly kind: "lora" | "generate";
  readonly shape: Shape;
  readonly storage: WeightStorage;
  /** Of `pathloom bench`. */
  readonly args: readonly string[];
  /** Bytes that the plan counts. */
  readonly planned: number;
}

/** Rank of the bench's adapters. */
export const adapterRank = 16;
export const promptTokens = 16;

/** What a shape's generation is measured by. */
export const newTokens = { "gpt2-small": 32, "llama-1b": 16 } as const;

type Shape = keyof typeof newTokens;
const shapes: readonly Shape[] = ["gpt2-small", "llama-1b"];
const trainedOver = ["float32", "bfloat16", "nf4"] as const;
const generatedFrom = ["float32", "bfloat16", "int8", "int4", "nf4"] as const;

export function measurements(): Measurement[] {
  return shapes.flatMap((shape) => [
    ...trainedOver.map((storage) => training(shape, storage)),
    ...generatedFrom.map((storage) => generation(shape, storage)),
  ]);
}

function training(shape: Shape, storage: WeightStorage): Measurement {
  const { decoder, batch } = benchShape(shape);
  const rows = { rows: batch, time: decoder.context };
  const { total } = trainingMemory(decoder, rows, { adapterRank }, storage);
  return {
    ...{ kind: "lora", shape, storage, planned: total },
    args: ["lora", "--shape", shape, "--weights", storage],
  };
}

function generation(shape: Shape, storage: WeightStorage): Measurement {
  const { decoder } = benchShape(shape);
  const { total } = generatingMemory(decoder, promptTokens + newTokens[shape], storage);
  return {
    ...{ kind: "generate", shape, storage, planned: total },
    args: [
      ...["generate", "--shape", shape, "--weights", storage],
      ...["--prompt", String(promptTokens), "--tokens", String(newTokens[shape])],
    ],
  };
}
