/** How several processes train one model. */
import { z } from "zod";

export const distributedSection = z
  .strictObject({
    bucketMegabytes: z.number().min(0.001).max(2000).default(25).meta({
      description:
        "Gradients that are added up over all processes in one call: small ones together, large ones in pieces.",
      unit: "MB",
    }),
    shardOptimizer: z.boolean().default(false).meta({
      description:
        "Each process keeps the optimiser's state of its share of the parameters alone, updates that share and gives it to the others (ZeRO-1): the same updates, a part of the memory.",
    }),
  })
  .prefault({})
  .meta({
    description:
      "How processes that `mpirun` or `srun` started train one model (docs/distributed.md). How many they are is the launcher's to say.",
  });
