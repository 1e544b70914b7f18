/** A model is scored by the very products that it generates with. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../data/index.ts";
import { startEngine } from "../../engine/index.ts";
import { DecodingSession, initialWeights, Model, type WeightDtype } from "../../models/index.ts";
import { evaluateModel } from "../../trainers/index.ts";
import { llamaLike } from "../models/configs.ts";

const { engine } = await startEngine("onnx");

const config = {
  ...llamaLike,
  hiddenSize: 32,
  headDim: 8,
  intermediateSize: 64,
  vocabularySize: 48,
};
const weights = initialWeights(config, { seed: 3, std: 0.4 });
const sample = [5, 17, 3, 40, 40, 9, 22, 1];

/** The sample, of which all tokens count but the first. */
function batchOf(tokens: readonly number[]): Batch {
  const sequenceLength = tokens.length - 1;
  return {
    batchSize: 1,
    sequenceLength,
    targetCount: sequenceLength,
    samples: 1,
    tokens: Int32Array.from(tokens.slice(0, -1)),
    targets: Int32Array.from(tokens.slice(1)),
    positions: Int32Array.from({ length: sequenceLength }, (_, i) => i),
    segments: new Int32Array(sequenceLength).fill(1),
  };
}

/** Nats a token by a session that is given the sample's tokens one by one. */
function generated(model: Model): number {
  const session = new DecodingSession(model, { batch: 1, capacity: sample.length });
  let nats = 0;
  let logits = session.prefill([sample.slice(0, 1)]);
  for (const id of sample.slice(1)) {
    const highest = Math.max(...logits);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
    nats += highest + Math.log(sum) - logits[id]!;
    logits = session.step(Int32Array.of(id));
  }
  session.dispose();
  return nats / (sample.length - 1);
}

function scored(weightDtype: WeightDtype): { readonly loss: number; readonly session: number } {
  const model = new Model(engine, config, weights, { weightDtype });
  const { loss, targetCount: counted } = evaluateModel(model, [batchOf(sample)]);
  const session = generated(model);
  model.dispose();
  assert.is(counted, sample.length - 1);
  return { loss, session };
}

for (const weightDtype of ["float32", "bfloat16", "int8", "int4", "nf4", "nf4-double"] as const) {
  test(`over ${weightDtype}, the loss is that of the tokens generated one by one`, () => {
    const { loss, session } = scored(weightDtype);
    assert.ok(Math.abs(loss - session) < 1e-5 * session, `${loss} and ${session}`);
  });
}

test("batches without a single counted token have no loss", () => {
  const model = new Model(engine, config, weights);
  const whole = batchOf(sample);
  const none = { ...whole, targetCount: 0, targets: whole.targets.map(() => -100) };
  assert.throws(() => evaluateModel(model, [none]), /without a single counted token/);
  assert.throws(() => evaluateModel(model, []), RangeError);
  assert.ok(Math.abs(evaluateModel(model, [none, whole]).loss - generated(model)) < 1e-4);
  model.dispose();
});

test("the fewer bits, the farther from float32", () => {
  const whole = scored("float32").loss;
  const away = (weightDtype: WeightDtype) => Math.abs(scored(weightDtype).loss - whole);
  assert.ok(away("bfloat16") > 0);
  assert.ok(away("int4") > away("int8"), `${away("int4")} and ${away("int8")}`);
});

test.after(() => engine.dispose());
test.run();
