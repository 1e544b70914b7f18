/**
 * Trains a small decoder on the arrows of Lucide, as `pathloom train` would: the run's folder is locked
 * meanwhile and holds configuration, log and checkpoints afterwards.
 *
 *   node --import tsx examples/train.ts runs/example 200
 */
import { resolveConfig, train } from "pathloom";

const [folder = "runs/example", steps = "200"] = process.argv.slice(2);

const config = resolveConfig({
  data: { source: "lucide", limit: 200 },
  tokenizer: {
    grid: 48,
    colors: "current",
    initial: "stroked",
    opacity: false,
    gradients: false,
    groups: false,
  },
  model: { layers: 2, hiddenSize: 64, heads: 4, contextLength: 128 },
  train: { steps: Number(steps), batchSize: 8, warmupSteps: 5, evalEvery: null, saveEvery: null },
});

const result = await train({
  config,
  folder,
  resume: false,
  observer: {
    onStep: ({ step, loss }) => {
      if (step % 10 === 0) console.log(`step ${step}: ${loss.toFixed(3)} nats a token`);
    },
  },
});
console.log(`${result.outcome} after ${result.step} steps, ${result.parameters} parameters`);
