/**
 * Tries the engine `xla` on this machine's card, in a bounded time: the conformance cases, ten training
 * steps beside a processor's, and speed beside PyTorch where there is one. `pack.ts` makes the folder that
 * it runs in.
 *
 *   ./run [--minutes 8] [--python python3] [--small]
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Engine, type Precision, startEngine } from "../../engine/index.ts";
import { bench } from "../../src/bench/bench.ts";
import { benchShape } from "../../src/bench/shapes.ts";
import { generateWorkload } from "../../src/bench/workloads/generate.ts";
import { trainWorkload } from "../../src/bench/workloads/train.ts";
import { conformance } from "./conformance.ts";
import { kitPage } from "./page.ts";
import { largestDifference, parityLosses } from "./parity.ts";
import type { KitResults, Speed } from "./results.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "8" },
    python: { type: "string" },
    /** Shapes for trying the kit itself on a processor. */
    small: { type: "boolean", default: false },
  },
});
const began = performance.now();
const secondsLeft = (): number => 60 * Number(values.minutes) - (performance.now() - began) / 1000;
const say = (text: string) =>
  console.log(`${((performance.now() - began) / 1000).toFixed()} s  ${text}`);

const expected = JSON.parse(readFileSync("expected.json", "utf8")) as number[];
mkdirSync("results", { recursive: true });

async function onEngine<T>(
  precision: Precision,
  work: (engine: Engine) => T | Promise<T>,
): Promise<T> {
  const { engine } = await startEngine("xla", { precision });
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

const { summary, device } = await onEngine("float32", (engine) => engine.describe());
say(summary);
const conformed = await onEngine("float32", (engine) => conformance(engine, 0.3 * secondsLeft()));
say(
  `conformance: ${conformed.passed} passed, ${conformed.failures.length} failed of ${conformed.total}`,
);
const losses = {
  float32: await onEngine("float32", parityLosses),
  bfloat16: await onEngine("bfloat16", parityLosses),
};
const parity = {
  float32: largestDifference(losses.float32, expected),
  bfloat16: largestDifference(losses.bfloat16, expected),
  last: losses.float32.at(-1)!,
};
say(`ten steps: float32 ${parity.float32}, bfloat16 ${parity.bfloat16} from the processor's`);

interface Planned {
  readonly name: string;
  readonly precision: Precision;
  readonly make: (engine: Engine) => ReturnType<typeof trainWorkload>;
}

const training =
  (shape: string, batch: number, adapters = false) =>
  (engine: Engine) =>
    trainWorkload(engine, { ...benchShape(shape), batch }, { adapters });
const generation = (shape: string, batch: number, newTokens: number) => (engine: Engine) =>
  generateWorkload(engine, benchShape(shape), { batch, promptTokens: 16, newTokens });

const planned: readonly Planned[] = values.small
  ? [
      { name: "train tiny", precision: "float32", make: training("tiny", 2) },
      { name: "train tiny", precision: "bfloat16", make: training("tiny", 2) },
      { name: "lora tiny", precision: "float32", make: training("tiny", 2, true) },
      { name: "generate tiny", precision: "float32", make: generation("tiny", 2, 8) },
    ]
  : [
      {
        name: "train gpt2-small, 8 x 1,024",
        precision: "bfloat16",
        make: training("gpt2-small", 8),
      },
      {
        name: "train gpt2-small, 8 x 1,024",
        precision: "float32",
        make: training("gpt2-small", 8),
      },
      {
        name: "lora llama-1b, 8 x 256",
        precision: "bfloat16",
        make: training("llama-1b", 8, true),
      },
      { name: "train llama-1b, 8 x 256", precision: "bfloat16", make: training("llama-1b", 8) },
      {
        name: "generate gpt2-small, 16",
        precision: "bfloat16",
        make: generation("gpt2-small", 16, 256),
      },
    ];

const speeds: Speed[] = [];
for (const { name, precision, make } of planned) {
  // A shape takes about a minute with its compilation; the page is worth more than half a figure.
  if (secondsLeft() < 45) {
    speeds.push({ name, precision, result: null, error: "no time was left" });
    continue;
  }
  try {
    const options = { rounds: 5, secondsPerRound: 1, precision, python: values.python ?? null };
    const result = await onEngine(precision, (engine) => bench(engine, make, options));
    speeds.push({ name, precision, result, error: null });
    say(
      `${name}, ${precision}: ${result.tokensPerSecond?.toFixed()} tokens/s, ratio ${result.ratio}`,
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    speeds.push({ name, precision, result: null, error: message });
    say(`${name}, ${precision}: ${message}`);
  }
}

const results: KitResults = {
  engine: summary,
  device,
  conformance: conformed,
  parity,
  speeds,
  seconds: (performance.now() - began) / 1000,
};
writeFileSync(join("results", "results.json"), JSON.stringify(results, null, 2));
writeFileSync(join("results", "gpu.md"), kitPage(results));
say(`results/gpu.md; ${conformed.failures.length} failures`);
process.exitCode = conformed.failures.length > 0 || parity.float32 > 1e-2 ? 1 : 0;
