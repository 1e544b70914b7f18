/**
 * One of several processes that train a run together. Arguments: what to do, the folder of the recipe,
 * the run's folder. The last thing that two of them do is to fail.
 */
import { join } from "node:path";
import { openCommunicator } from "../../distributed/index.ts";
import { type Config, loadConfig } from "../../src/config/index.ts";
import { type TrainOptions, train } from "../../src/runs/index.ts";

const [task, place, folder] = process.argv.slice(2) as [string, string, string];
const communicator = openCommunicator();
const { rank } = communicator;
process.chdir(place);
const recipe = loadConfig("tiny.yaml");
const config: Config = {
  ...recipe,
  data: { ...recipe.data, source: "icons" },
  // Of two ranks 6 micro-batches, as the test's one process has by itself.
  train: { ...recipe.train, threads: 1, gradientAccumulationSteps: 3, batchSize: 2 },
  distributed: { bucketMegabytes: 0.01, shardOptimizer: true },
};

const trained = (change: Partial<TrainOptions>) =>
  train({ config, folder, resume: false, communicator, ...change });

async function messageOf(change: Partial<TrainOptions>): Promise<string> {
  try {
    await trained({ folder: `${folder}.refused`, ...change });
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "it was trained";
}

const say = (answer: unknown) => process.stdout.write(`answer ${JSON.stringify(answer)}\n`);

if (task === "resume") {
  const { outcome, step, best } = await trained({ resume: true });
  say({ rank, outcome, step, best });
} else {
  const lr = rank === 1 ? 0.5 : config.train.lr;
  const other = await messageOf({ config: { ...config, train: { ...config.train, lr } } });
  if (rank === 1) process.chdir(join(place, "elsewhere"));
  const otherData = await messageOf({});
  process.chdir(place);
  const many = await messageOf({ folder: join(place, "icons") });

  // Rank 1 alone is asked to stop, while it makes the third step.
  const stop = new AbortController();
  let steps = 0;
  const heard: string[] = [];
  const observer = {
    onNotice: (text: string) => void heard.push(text),
    onStep: () => void steps++,
  };
  const stopping = setInterval(() => rank === 1 && stop.abort(), 1);
  const first = await trained({ observer, signal: stop.signal });
  clearInterval(stopping);
  say({ rank, other, otherData, many, steps, heard, outcome: first.outcome, step: first.step });
  const failing = {
    onStep: () => {
      throw new Error("the disk of rank 0 is full");
    },
  };
  await trained({ resume: true, observer: failing });
}
