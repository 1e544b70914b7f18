/** Which runs an ablation is made of. */
import { z } from "zod";

const axes = z.record(z.string(), z.array(z.unknown()).min(1).max(1000));

export const sweepSection = z
  .strictObject({
    grid: axes.default({}).meta({
      description:
        "Keys of this configuration with their values, as `{model.contextLength: [128, 256, 512]}`: a run for each combination of the values of all keys.",
    }),
    list: axes.default({}).meta({
      description:
        "Keys whose values go together, as `{model.layers: [2, 4], model.hiddenSize: [64, 128]}`: the first of each, then the second of each, and so on; crossed with `grid`.",
    }),
    seeds: z.array(z.number().int().min(0).max(4_294_967_295)).max(1000).default([]).meta({
      description:
        "A run of each combination for each `train.seed`; none takes `train.seed` alone.",
    }),
    equal: z.enum(["tokens", "steps", "time"]).nullable().default(null).meta({
      description:
        "What all runs have alike. `steps`: `train.steps`. `tokens`: as many tokens a step and in all as the recipe itself reads, by more rows where they are shorter. `time`: as many steps as `minutes` hold, by a trial of each combination before the sweep. `null` changes nothing of what recipe and grid say.",
    }),
    minutes: z.number().positive().nullable().default(null).meta({
      description: "Of `equal: time`: training time of each run; `null` takes `train.minutes`.",
      unit: "minutes",
    }),
    drawn: z.number().int().min(0).max(10_000).default(60).meta({
      description:
        "Captions that each run draws at the end for the comparison, of those that all were trained on and of held-out ones each: the same for every run, beside what `evaluate.drawn` asks of each run alone.",
      unit: "captions",
    }),
    jobs: z.number().int().min(1).max(256).default(1).meta({
      description:
        "Runs that are trained at a time, each in a process of its own with its share of the cores (`train.threads` where that is given).",
      unit: "runs",
    }),
  })
  .prefault({})
  .meta({
    description:
      "An ablation: the runs that `pathloom sweep` makes of this recipe. `train` passes it over.",
  });
