import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { initialWeights, logits, Model, TokenError } from "../../models/index.ts";
import { gpt2Like } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
const model = new Model(engine, gpt2Like, initialWeights(gpt2Like, { seed: 1, std: 0.3 }));

test("rows of a batch have the logits that each has alone", () => {
  const rows = [
    [3, 1, 4, 1],
    [5, 9, 2, 6],
  ];
  const alone = rows.map((row) => logits(model, [row]));
  const together = logits(model, rows);
  for (const [i, expected] of alone.entries()) {
    const found = together.subarray(i * expected.length, (i + 1) * expected.length);
    const largest = Math.max(...found.map((value, j) => Math.abs(value - expected[j]!)));
    assert.ok(largest < 1e-5, `row ${i} differs by ${largest}`);
  }
});

test("no tokens, ragged rows, too many tokens and unknown ids are refused", () => {
  const refuse = (rows: number[][], pattern: RegExp) =>
    assert.throws(
      () => logits(model, rows),
      (error: unknown) => error instanceof TokenError && pattern.test(error.message),
    );
  refuse([], /no tokens/);
  refuse([[1, 2], [3]], /row 1 has 1 tokens, row 0 has 2/);
  refuse([new Array(17).fill(1)], /17 tokens exceed the context of 16/);
  refuse([[1], [29]], /row 1 has token 29; ids go from 0 to 28/);
  refuse([[-1]], /token -1/);
});

test.run();
