/** What training changes of an adapter and of the decoder under it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../../engine/index.ts";
import { type DecoderConfig, type LoraConfig, Model } from "../../../models/index.ts";
import { Trainer } from "../../../trainers/index.ts";
import { gpt2Like, llamaLike } from "../configs.ts";
import { batch, difference, makeAdapted, moved, trainerOptions } from "./tiny-adapter.ts";

const { engine } = await startEngine("onnx", { threads: 1 });

const make = (change: Partial<LoraConfig> = {}, config: DecoderConfig = llamaLike) =>
  makeAdapted(engine, change, config);

test("training an adapter leaves the base as it was, and asks for fewer operations", () => {
  const { adapter, base, model } = make();
  model.attach("trained", adapter);
  const trainer = new Trainer(model, { ...trainerOptions, loraPlusRatio: 4 });
  const losses = Array.from({ length: 10 }, () => trainer.step([batch]).loss);
  assert.ok(losses.at(-1)! < losses[0]! - 0.05, losses.join(" "));
  assert.ok([...trainer.gradients().keys()].every((name) => name.startsWith("adapters.trained.")));
  assert.equal([...model.weights()].sort(), [...base].sort());
  const withAdapter = trainer.flopsPerStep([batch]);
  trainer.dispose();
  const learned = model.detach("trained");
  assert.not.equal([...learned.weights].sort(), [...adapter.weights].sort());
  const wholeModel = new Trainer(model, trainerOptions);
  wholeModel.step([batch]);
  const withoutAdapter = wholeModel.flopsPerStep([batch]);
  assert.ok(withAdapter < withoutAdapter, `${withAdapter} with, ${withoutAdapter} without`);
  wholeModel.dispose();
  model.dispose();
});

for (const config of [gpt2Like, llamaLike]) {
  test(`over a frozen base, whose matrices are packed, an adapter of ${config.norm} layers learns the same`, () => {
    const { adapter, base } = make({}, config);
    const [free, frozen] = [false, true].map((isFrozen) => {
      const model = new Model(engine, config, base, { frozen: isFrozen });
      model.attach("trained", moved(adapter, 0.2));
      const trainer = new Trainer(model, trainerOptions);
      const losses = Array.from({ length: 5 }, () => trainer.step([batch]).loss);
      const gradients = trainer.gradients();
      trainer.dispose();
      model.dispose();
      return { losses, gradients };
    });
    for (const [i, loss] of free!.losses.entries()) {
      assert.ok(Math.abs(frozen!.losses[i]! - loss) < 1e-5, `step ${i + 1}`);
    }
    for (const [name, values] of free!.gradients) {
      assert.ok(difference(frozen!.gradients.get(name)!, values) < 1e-5, name);
    }
  });
}

test("dropout acts in training alone, by the seed, and one mask serves a fused module", () => {
  const { adapter, model } = make({ dropout: 0.5 }, gpt2Like);
  model.attach("trained", moved(adapter, 0.3));
  const firstLoss = (seed: number) => {
    const trainer = new Trainer(model, { ...trainerOptions, dropout: { rate: 0, seed } });
    const held = trainer.evaluate([batch]).loss;
    const { loss } = trainer.step([batch]);
    trainer.dispose();
    model.detach("trained");
    model.attach("trained", moved(adapter, 0.3));
    return { loss, held };
  };
  const [one, again, other] = [firstLoss(1), firstLoss(1), firstLoss(2)];
  assert.is(one.loss, again.loss);
  assert.is.not(one.loss, other.loss);
  assert.is(one.held, other.held);
  assert.is.not(one.loss, one.held);
  model.dispose();
});

test("only what is asked for is trained", () => {
  const { model } = make();
  const trainer = new Trainer(model, { ...trainerOptions, trained: ["embedding.weight"] });
  const before = model.weights();
  trainer.step([batch]);
  const changed = [...model.weights()].filter(
    ([name, values]) => difference(values, before.get(name)!) > 0,
  );
  assert.equal(
    changed.map(([name]) => name),
    ["embedding.weight"],
  );
  assert.throws(
    () => new Trainer(model, { ...trainerOptions, trained: ["nothing"] }),
    /no parameter "nothing" to train/,
  );
  trainer.dispose();
  model.dispose();
});

test.run();
