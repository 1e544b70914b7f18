/** Training in float32 and bfloat16 beside PyTorch's, the latter under autocast: 200 steps of AdamW. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modelFromCheckpoint } from "../../../checkpoints/index.ts";
import type { Batch } from "../../../data/index.ts";
import { type Precision, startEngine } from "../../../engine/index.ts";
import { whyUnavailable } from "../../../engine/xla/plugins/index.ts";
import { Trainer } from "../../../trainers/index.ts";
import { decodersFolder, loadGolden } from "../../golden/golden.ts";
import { report } from "../../testing/report.ts";
import { isBrief, tellBrief } from "../brief.ts";

const why = whyUnavailable();
const whenThere = why === null ? test : test.skip;
if (why !== null) console.log(`SKIPPED precision of xla: ${why}`);

const [steps, rows, length, vocabulary] = [200, 8, 32, 40] as const;

interface Losses {
  readonly float32: readonly number[];
  readonly bfloat16: readonly number[];
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../golden/autocast.json"), "utf8"),
) as { readonly losses: Readonly<Record<string, Losses>> };

/** As tests/golden/make_autocast.py has them. */
function* batches(): Generator<Batch> {
  let state = 1n;
  const positions = Int32Array.from({ length: rows * length }, (_, i) => i % length);
  for (let step = 0; step < steps; step++) {
    const tokens = new Int32Array(rows * length);
    for (let i = 0; i < tokens.length; i++) {
      if (i % length === 0) continue;
      state = (1_103_515_245n * state + 12_345n) % 2n ** 31n;
      const anything = Number(state >> 16n) % vocabulary;
      tokens[i] = (state >> 8n) % 8n === 0n ? anything : (3 * tokens[i - 1]! + 7) % vocabulary;
    }
    const isLast = (i: number) => i % length === length - 1;
    yield {
      batchSize: rows,
      sequenceLength: length,
      tokens,
      targets: tokens.map((_, i) => (isLast(i) ? -100 : tokens[i + 1]!)),
      positions,
      segments: tokens.map(() => 1),
      targetCount: rows * (length - 1),
      samples: rows,
    };
  }
}

async function lossesIn(name: string, precision: Precision): Promise<number[]> {
  const { engine } = await startEngine("xla", { precision });
  const { checkpoint } = loadGolden(decodersFolder, name);
  const trainer = new Trainer(modelFromCheckpoint(engine, checkpoint), {
    optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 },
    schedule: { schedule: "constant", learningRate: 3e-3, minRatio: 0, warmupSteps: 0, steps },
    clip: 1,
  });
  const losses = [...batches()].map((batch) => trainer.step([batch]).loss);
  engine.dispose();
  return losses;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const apart = (a: readonly number[], b: readonly number[]): number =>
  mean(a.map((each, i) => Math.abs(each - b[i]!)));

for (const [i, [name, expected]] of Object.entries(golden.losses).entries()) {
  const isLeftOut = i > 0 && isBrief("xla");
  if (isLeftOut) tellBrief(`both precisions of ${name} on xla`);
  const whenTaken = isLeftOut ? test.skip : whenThere;
  whenTaken(`${name}: both precisions follow PyTorch's, step by step`, async () => {
    const float32 = await lossesIn(name, "float32");
    const bfloat16 = await lossesIn(name, "bfloat16");
    const last = (losses: readonly number[]) => mean(losses.slice(-20));
    const noise = apart(expected.bfloat16, expected.float32);
    report(
      `xla ${name}, mean of the last 20 of ${steps} losses: float32 ${last(float32)} (PyTorch ${last(expected.float32)}), bfloat16 ${last(bfloat16)} (${last(expected.bfloat16)}); apart by a step: ${apart(float32, expected.float32)}, ${apart(bfloat16, expected.bfloat16)}; PyTorch's two ${noise}`,
    );
    assert.ok(last(float32) < 0.7 * float32[0]!, "it learns");
    assert.ok(apart(float32, expected.float32) < 1e-3);
    assert.ok(apart(bfloat16, float32) > 1e-5, "the products are those of float32");
    assert.ok(apart(bfloat16, expected.bfloat16) < 0.02);
    assert.ok(Math.abs(last(bfloat16) - last(float32)) < 0.02);
  });
}

test.run();
