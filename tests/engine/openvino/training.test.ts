/** Training on the engine `openvino` beside `onnx`, and what becomes of numbers that are none. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, EngineError, registrationOf, startEngine } from "../../../engine/index.ts";
import { type DecoderConfig, initialWeights, Model } from "../../../models/index.ts";
import { DivergenceError, Trainer } from "../../../trainers/index.ts";
import { gpt2Like, llamaLike } from "../../models/configs.ts";
import { report } from "../../testing/report.ts";
import { randomBatch } from "./random-batch.ts";

const why = await registrationOf("openvino").whyUnavailable();
const whenThere = why === null ? test : test.skip;
if (why !== null) console.log(`SKIPPED training on openvino: ${why}`);

function trainerOn(engine: Engine, config: DecoderConfig, learningRate = 3e-3): Trainer {
  const model = new Model(engine, config, initialWeights(config, { seed: 1, std: 0.2 }));
  return new Trainer(model, {
    optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
    schedule: { schedule: "constant", learningRate, minRatio: 0, warmupSteps: 0, steps: 100 },
    clip: 1,
  });
}

function losses(engine: Engine, config: DecoderConfig, steps: number): number[] {
  const trainer = trainerOn(engine, config);
  const batch = randomBatch([16, 9, 12, 16], "losses");
  return Array.from({ length: steps }, () => trainer.step([batch]).loss);
}

const apart = (found: readonly number[], expected: readonly number[]): number =>
  found.reduce((most, loss, i) => Math.max(most, Math.abs(loss - expected[i]!)), 0);

for (const [name, config] of [
  ["GPT-2", gpt2Like],
  ["Llama", llamaLike],
] as const) {
  whenThere(`fifty steps of a small ${name} follow those of onnx to 1e-3`, async () => {
    const { engine: onnx } = await startEngine("onnx", { threads: 1 });
    const expected = losses(onnx, config, 50);
    const { engine } = await startEngine("openvino");
    const found = losses(engine, config, 50);
    const difference = apart(found, expected);
    report(`openvino ${name}: loss ${found.at(-1)}, onnx ${expected.at(-1)}, apart ${difference}`);
    assert.ok(expected.at(-1)! < 0.8 * expected[0]!, `${expected[0]} to ${expected.at(-1)}`);
    assert.ok(difference < 1e-3, `losses ${difference} apart`);
    engine.dispose();
    onnx.dispose();
  });

  whenThere(`a not-a-number in any parameter of a small ${name} ends the training`, async () => {
    const { engine } = await startEngine("openvino");
    const model = new Model(engine, config, initialWeights(config, { seed: 1, std: 0.2 }));
    const trainer = new Trainer(model, {
      optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 },
      schedule: {
        schedule: "constant",
        learningRate: 1e-3,
        minRatio: 0,
        warmupSteps: 0,
        steps: 9,
      } as const,
      clip: 1,
    });
    // Every token and every position is there, so that no row of a table goes unread.
    const batch = randomBatch([16, 16, 16, 16, 16, 16, 16, 16], "all");
    for (const [parameter, buffer] of model.parameters) {
      const elements = buffer.read();
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const [before] = elements;
        elements[0] = value;
        assert.throws(
          () => trainer.step([batch]),
          (error: unknown) => error instanceof DivergenceError,
          `${value} in ${parameter} goes unseen`,
        );
        elements[0] = before!;
      }
    }
    engine.dispose();
  });
}

/** Null where it starts. */
async function whyNoBfloat16(): Promise<string | null> {
  if (why !== null) return why;
  try {
    (await startEngine("openvino", { precision: "bfloat16" })).engine.dispose();
    return null;
  } catch (error) {
    assert.instance(error, EngineError);
    return (error as Error).message;
  }
}

const refusal = await whyNoBfloat16();
const withBfloat16 = refusal === null ? test : test.skip;
if (refusal !== null) console.log(`SKIPPED bfloat16 on openvino: ${refusal}`);

withBfloat16("bfloat16 follows float32", async () => {
  const { engine: float32 } = await startEngine("openvino");
  const expected = losses(float32, gpt2Like, 50);
  const { engine } = await startEngine("openvino", { precision: "bfloat16" });
  const found = losses(engine, gpt2Like, 50);
  const difference = apart(found, expected);
  report(`openvino bfloat16: loss ${found.at(-1)}, float32 ${expected.at(-1)}`);
  assert.ok(difference > 1e-6, "the products are those of float32");
  assert.ok(difference < 0.05, `losses ${difference} apart`);
  engine.dispose();
  float32.dispose();
});

whenThere("a processor without bfloat16 refuses it", () => {
  if (refusal !== null) {
    assert.match(refusal, /no bfloat16 on this processor .*train\.precision float32/);
  }
});

test("another engine refuses bfloat16 and names those that may have it", async () => {
  const error = await startEngine("onnx", { precision: "bfloat16" }).catch((each: unknown) => each);
  assert.instance(error, EngineError);
  assert.match((error as Error).message, /onnx has no bfloat16; openvino/);
});

test.run();
