/**
 * Every family computes what `transformers` computes with the same checkpoint. The checkpoints and
 * the numbers are made by tests/golden/make_decoders.py.
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { decodersFolder, goldenNames, loadGolden } from "../golden/golden.ts";
import { type Differences, measure, tolerance } from "../golden/measure.ts";

const { engine } = await startEngine("onnx", { threads: 1 });

for (const name of goldenNames(decodersFolder)) {
  test(`${name}: logits, gradients, ten AdamW steps, greedy tokens and the cache`, () => {
    const found = measure(engine, loadGolden(decodersFolder, name));
    for (const [what, limit] of Object.entries(tolerance)) {
      const difference = found[what as keyof Differences];
      assert.ok(difference <= limit, `${what} differ by ${difference}, allowed are ${limit}`);
    }
  });
}

test.run();
