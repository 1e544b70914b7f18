/** Training on an engine beside `onnx`, and what becomes of numbers that are none. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, type EngineName, registrationOf, startEngine } from "../../engine/index.ts";
import { type DecoderConfig, initialWeights, Model } from "../../models/index.ts";
import { DivergenceError, Trainer } from "../../trainers/index.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";
import { report } from "../testing/report.ts";
import { isBrief, tellBrief } from "./brief.ts";
import { randomBatch } from "./random-batch.ts";

function trainerFor(model: Model, learningRate: number): Trainer {
  return new Trainer(model, {
    optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
    schedule: { schedule: "constant", learningRate, minRatio: 0, warmupSteps: 0, steps: 100 },
    clip: 1,
  });
}

const smallModel = (engine: Engine, config: DecoderConfig): Model =>
  new Model(engine, config, initialWeights(config, { seed: 1, std: 0.2 }));

/** The losses of a small decoder's first steps. */
export function losses(engine: Engine, config: DecoderConfig, steps: number): number[] {
  const trainer = trainerFor(smallModel(engine, config), 3e-3);
  const batch = randomBatch([16, 9, 12, 16], "losses");
  return Array.from({ length: steps }, () => trainer.step([batch]).loss);
}

/** The largest difference. */
export const apart = (found: readonly number[], expected: readonly number[]): number =>
  found.reduce((most, loss, i) => Math.max(most, Math.abs(loss - expected[i]!)), 0);

/** The tests, on an engine that need not be there. */
export async function testTrainingOn(engineName: EngineName): Promise<void> {
  const why = await registrationOf(engineName).whyUnavailable();
  const whenThere = why === null ? test : test.skip;
  if (why !== null) console.log(`SKIPPED training on ${engineName}: ${why}`);

  for (const [name, config] of [
    ["GPT-2", gpt2Like],
    ["Llama", llamaLike],
  ] as const) {
    // The other has no operation that this one lacks, but for its norm and its positions.
    const isLeftOut = config === gpt2Like && isBrief(engineName);
    if (isLeftOut) tellBrief(`training a small ${name} on ${engineName}`);
    const whenTaken = isLeftOut ? test.skip : whenThere;

    whenTaken(`fifty steps of a small ${name} follow those of onnx to 1e-3`, async () => {
      const { engine: onnx } = await startEngine("onnx", { threads: 1 });
      const expected = losses(onnx, config, 50);
      const { engine } = await startEngine(engineName);
      const found = losses(engine, config, 50);
      const difference = apart(found, expected);
      report(
        `${engineName} ${name}: loss ${found.at(-1)}, onnx ${expected.at(-1)}, apart ${difference}`,
      );
      assert.ok(expected.at(-1)! < 0.8 * expected[0]!, `${expected[0]} to ${expected.at(-1)}`);
      assert.ok(difference < 1e-3, `losses ${difference} apart`);
      engine.dispose();
      onnx.dispose();
    });

    whenTaken(`a not-a-number in any parameter of a small ${name} ends the training`, async () => {
      const { engine } = await startEngine(engineName);
      const model = smallModel(engine, config);
      const trainer = trainerFor(model, 1e-3);
      // Every token and every position is there, so that no row of a table goes unread.
      const batch = randomBatch([16, 16, 16, 16, 16, 16, 16, 16], "all");
      for (const [parameter, buffer] of model.parameters) {
        const before = buffer.read().slice();
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
          const spoilt = before.slice();
          spoilt[0] = value;
          buffer.write(spoilt);
          assert.throws(
            () => trainer.step([batch]),
            (error: unknown) => error instanceof DivergenceError,
            `${value} in ${parameter} goes unseen`,
          );
        }
        buffer.write(before);
      }
      engine.dispose();
    });
  }
}
