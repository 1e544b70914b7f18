/** Samples packed into rows that cannot see each other learn as samples in rows of their own. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Batch, layOut, packBestFit, type Sample } from "../../data/index.ts";
import { startEngine } from "../../engine/index.ts";
import { type DecoderConfig, initialWeights, Model } from "../../models/index.ts";
import { Trainer } from "../../trainers/index.ts";
import { gpt2Like, llamaLike } from "../models/configs.ts";
import { constantRate } from "../testing/constant-rate.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const random = seedrandom("packing");

const samples: Sample[] = [9, 3, 14, 5, 7, 2, 11, 6, 4, 13].map((length) => ({
  tokens: Int32Array.from({ length: length + 1 }, () => Math.floor(random() * 29)),
  drawingStart: Math.floor(length / 3),
}));

const lay = (rows: readonly (readonly Sample[])[]): Batch =>
  layOut(rows, { rows: rows.length, sequenceLength: 16, pad: 0 }, "drawing");

const packedRows = packBestFit(
  samples.map(({ tokens }) => tokens.length - 1),
  16,
).map((row) => row.map((i) => samples[i]!));

function stepOf(config: DecoderConfig, batch: Batch) {
  const model = new Model(engine, config, initialWeights(config, { seed: 2, std: 0.2 }));
  const trainer = new Trainer(model, constantRate(1e-3, { clip: 0 }));
  const { loss, gradientNorm } = trainer.step([batch]);
  const evaluated = trainer.evaluate([batch]).loss;
  const gradients = trainer.gradients();
  trainer.dispose();
  model.dispose();
  return { loss, gradientNorm, evaluated, gradients };
}

for (const [name, config] of Object.entries({ gpt2Like, llamaLike })) {
  test(`${name}: packed equals unpacked to 1e-5`, () => {
    assert.ok(packedRows.length < samples.length / 2 + 1, `${packedRows.length} rows`);
    const packed = stepOf(config, lay(packedRows));
    const unpacked = stepOf(config, lay(samples.map((sample) => [sample])));
    const ofGradients = Math.max(
      ...[...unpacked.gradients].map(([key, values]) =>
        values.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - packed.gradients.get(key)![i]!)),
          0,
        ),
      ),
    );
    const figures = {
      loss: Math.abs(packed.loss - unpacked.loss),
      evaluation: Math.abs(packed.evaluated - unpacked.evaluated),
      gradients: ofGradients / unpacked.gradientNorm,
    };
    console.log(`${name}: packed and unpacked differ by ${JSON.stringify(figures)}`);
    for (const [what, difference] of Object.entries(figures)) {
      assert.ok(difference < 1e-5, `${what}: ${difference}`);
    }
  });
}

test("a sample of a packed row does not see the one before it", () => {
  const [first, second] = [samples[0]!, samples[3]!];
  const one = lay([[first, second]]);
  // The same places, another first sample: what counts of the second is as it was.
  const changed = {
    ...first,
    tokens: first.tokens.map((token, i) => (i < 9 ? (token + 1) % 29 : token)),
  };
  const two = lay([[changed, second]]);
  const only = (batch: Batch): Batch => {
    const targets = batch.targets.map((target, i) => (batch.segments[i] === 2 ? target : -100));
    return { ...batch, targets, targetCount: targets.filter((target) => target !== -100).length };
  };
  const model = new Model(engine, llamaLike, initialWeights(llamaLike, { seed: 2, std: 0.2 }));
  const trainer = new Trainer(model, constantRate(1e-3, { clip: 0 }));
  assert.is(trainer.evaluate([only(one)]).loss, trainer.evaluate([only(two)]).loss);
  assert.is.not(trainer.evaluate([one]).loss, trainer.evaluate([two]).loss);
});

test.run();
