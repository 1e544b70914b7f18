/** Steps whose batches count unlike numbers of places: what they add up to, and what they compile. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Batch } from "../../data/index.ts";
import { type CompileOptions, type Engine, type Graph, startEngine } from "../../engine/index.ts";
import { defaultSampling, generate, initialWeights, Model } from "../../models/index.ts";
import { MeasuredEngine } from "../../src/bench/measured-engine.ts";
import { Trainer } from "../../trainers/index.ts";
import { llamaLike } from "../models/configs.ts";
import { constantRate } from "../testing/constant-rate.ts";
import { assertNear, promptedBatch, sequenceLength, someRows } from "./prompted.ts";

const { engine } = await startEngine("onnx", { threads: 2 });
test.after(() => engine.dispose());

const newModel = (on: Engine = engine): Model =>
  new Model(on, llamaLike, initialWeights(llamaLike, { seed: 1, std: 0.2 }));

const options = constantRate(3e-3);

/** Batches of which each has another number of logits. */
const unlike = [
  promptedBatch([{ prompt: 9, drawing: 2 }], 29, "one"),
  promptedBatch([{ prompt: 2, drawing: 9 }], 29, "two"),
  promptedBatch([{ prompt: 0, drawing: 16 }], 29, "three"),
  promptedBatch([{ prompt: 9, drawing: 1 }], 29, "four"),
];

function joined(batches: readonly Batch[]): Batch {
  const all = (key: "tokens" | "targets" | "positions" | "segments") =>
    Int32Array.from(batches.flatMap((batch) => [...batch[key]]));
  return {
    batchSize: batches.length,
    sequenceLength: sequenceLength,
    tokens: all("tokens"),
    targets: all("targets"),
    positions: all("positions"),
    segments: all("segments"),
    targetCount: batches.reduce((sum, { targetCount: counted }) => sum + counted, 0),
    samples: batches.length,
  };
}

test("micro-batches with unlike numbers of logits add up to the large batch's gradient", () => {
  const asOne = new Trainer(newModel(), options);
  const inParts = new Trainer(newModel(), options);
  const [one, parts] = [asOne.step([joined(unlike)]), inParts.step(unlike)];
  const record = (trainer: Trainer, loss: number) => ({
    loss: Float32Array.of(loss),
    ...Object.fromEntries(trainer.gradients()),
  });
  assertNear(record(inParts, parts.loss), record(asOne, one.loss));
  assert.ok(inParts.flopsPerStep(unlike) > 0.5 * asOne.flopsPerStep([joined(unlike)]));
});

test("dropout drops the same whatever the number of logits", () => {
  const dropping = { ...options, clip: 0, dropout: { rate: 0.3, seed: 5 } };
  const [some, all] = [0, 1].map(() => new Trainer(newModel(), dropping));
  const batch = promptedBatch(someRows, 29);
  const places = batch.batchSize * sequenceLength;
  const found = some!.step([batch]);
  // Said to count everywhere, it has logits everywhere, and a mean over as many places.
  const expected = all!.step([{ ...batch, targetCount: places }]);
  const scale = places / batch.targetCount;
  const scaled = [...all!.gradients()].map(
    ([name, values]) => [name, values.map((value) => value * scale)] as const,
  );
  assertNear(
    { loss: Float32Array.of(found.loss), ...Object.fromEntries(some!.gradients()) },
    { loss: Float32Array.of(expected.loss * scale), ...Object.fromEntries(scaled) },
  );
});

test("what was computed before changes nothing: steps are the same after other batches", () => {
  const fresh = new Trainer(newModel(), options);
  const used = new Trainer(newModel(), options);
  used.evaluate(unlike);
  used.evaluate(unlike.toReversed());
  for (const batch of unlike) assert.equal(used.step([batch]), fresh.step([batch]));
  assert.equal([...used.model.weights()], [...fresh.model.weights()]);
});

/** Counts the programs that are compiled. */
class CountingEngine extends MeasuredEngine {
  compiled = 0;

  override compile(graph: Graph, options?: CompileOptions) {
    this.compiled++;
    return super.compile(graph, options);
  }
}

/** Two rows that count one place, two, and so on: all numbers of logits there are. */
const everyShape = Array.from({ length: sequenceLength }, (_, i) =>
  promptedBatch(
    [
      { prompt: 0, drawing: i + 1 },
      { prompt: 0, drawing: i + 1 },
    ],
    29,
    `${i}`,
  ),
);

function draw(model: Model): void {
  for (const length of [1, 3, 7, 12]) {
    const prompts = [new Array<number>(length).fill(3), [5]];
    generate(model, prompts, {
      sampling: defaultSampling,
      seeds: ["a", "b"],
      maxNewTokens: prompts.map(() => 4),
      stopIds: [],
      constraints: null,
    });
  }
}

test("after one pass over every number of logits nothing is compiled again, and disposing leaves nothing", () => {
  const counting = new CountingEngine(engine);
  const before = engine.memory();
  const model = newModel(counting);
  const trainer = new Trainer(model, { ...options, dropout: { rate: 0.1, seed: 1 } });
  for (const batch of everyShape) {
    trainer.step([batch, batch]);
    trainer.evaluate([batch]);
  }
  draw(model);
  const warm = counting.compiled;
  const random = seedrandom("order");
  const any = () => everyShape[Math.floor(random() * everyShape.length)]!;
  for (let step = 0; step < 30; step++) {
    trainer.step([any(), any(), any()]);
    if (step % 5 === 4) trainer.evaluate(everyShape);
    if (step % 7 === 6) draw(model);
  }
  assert.is(counting.compiled, warm);
  trainer.dispose();
  model.dispose();
  assert.equal(engine.memory(), before);
});

test("batches of ever other sizes keep no more programs than those of one size", () => {
  const model = newModel();
  const trainer = new Trainer(model, options);
  for (const batch of everyShape) {
    trainer.step([batch, batch]);
    trainer.evaluate([batch]);
  }
  const { programs } = engine.memory();
  for (const rows of [1, 3, 4, 5]) {
    for (const drawing of [2, 8, 16]) {
      const batch = promptedBatch(new Array(rows).fill({ prompt: 0, drawing }), 29);
      trainer.step([batch, batch]);
    }
  }
  assert.is(engine.memory().programs, programs);
  trainer.dispose();
  model.dispose();
});

test("a step's operations are known before it is made", () => {
  const model = newModel();
  const trainer = new Trainer(model, options);
  const [batch] = unlike;
  const before = trainer.flopsPerStep([batch!, batch!]);
  assert.ok(before > 0);
  trainer.step([batch!, batch!]);
  assert.is(trainer.flopsPerStep([batch!, batch!]), before);
  trainer.dispose();
  model.dispose();
});

test.run();
