/**
 * Every family with its matrices in bfloat16 stays near the logits that `transformers` gives in float32.
 * The goldens' weights are far wider than a trained model's, so that rounding them to 8 bits shows:
 * differences are measured by the largest logit. `transformers` itself, computing in bfloat16, differs
 * from its own float32 by 1.2 to 2.5 times as much. LongRoPE multiplies queries and keys by a gain,
 * which sharpens the scores and with them what rounding does; AFM squares its activations, which
 * doubles it. That rounded weights are computed with rightly is held apart (tests/golden/measure.ts).
 */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modelFromCheckpoint } from "../../../checkpoints/index.ts";
import { startEngine } from "../../../engine/index.ts";
import { logits } from "../../../models/index.ts";
import { decodersFolder, goldenNames, loadGolden } from "../../golden/golden.ts";
import { largestDifference } from "../../golden/measure.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const limits: readonly (readonly [family: string, limit: number])[] = [
  ["arcee", 5e-2],
  ["longrope", 4e-2],
  ["qwen3.5-chunks", 5e-2],
];
const limitOf = (name: string): number =>
  limits.find(([family]) => name.includes(family))?.[1] ?? 3.5e-2;

for (const name of goldenNames(decodersFolder)) {
  test(`${name} in bfloat16 is within ${100 * limitOf(name)} % of float32`, () => {
    const golden = loadGolden(decodersFolder, name);
    const model = modelFromCheckpoint(engine, golden.checkpoint, { weightDtype: "bfloat16" });
    try {
      const largest = golden.logits.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const found =
        largestDifference(logits(model, golden.expected.tokens), golden.logits) / largest;
      assert.ok(found > 0 && found <= limitOf(name), `logits differ by ${found} of the largest`);
    } finally {
      model.dispose();
      golden.checkpoint.close();
    }
  });
}

test.run();
