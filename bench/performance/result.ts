/** What `pathloom bench --json` prints of a measurement, as far as the page shows it. */
import { z } from "zod";

const share = z.number().positive();
const figures = {
  tokensPerSecond: z.number().positive(),
  gflops: z.number().positive(),
  spread: z.tuple([share, share]),
};

export const resultSchema = z.object({
  ...figures,
  work: z.string(),
  engine: z.string(),
  precision: z.string(),
  parameters: z.number(),
  rounds: z.number(),
  unitsPerRound: z.number(),
  secondsPerUnit: z.number(),
  programRunsPerUnit: z.number(),
  runtimeCallsPerUnit: z.number(),
  shareOfPeak: z.number(),
  peakGflops: z.number(),
  peakMemoryBytes: z.number(),
  peerPeakMemoryBytes: z.number(),
  ratio: z.number(),
  peer: z.object({ ...figures, versions: z.record(z.string(), z.string()) }),
});

export type Result = z.infer<typeof resultSchema>;
