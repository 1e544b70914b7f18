/** Neighbouring channels that turn together are halves that turn together under rows in another order. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { type DecoderConfig, initialWeights, logits, Model } from "../../models/index.ts";
import { largestDifference } from "../golden/measure.ts";
import { llamaLike } from "./configs.ts";

const { engine } = await startEngine("onnx", { threads: 1 });
test.after(() => engine.dispose());

/** Rows of a matrix of heads, so that channel `2 i` comes to `i` and `2 i + 1` to `i + turned / 2`. */
function halves(rows: Float32Array, { headDim, hiddenSize }: DecoderConfig, turned: number) {
  const moved = rows.slice();
  for (let row = 0; row < rows.length / hiddenSize; row++) {
    const channel = row % headDim;
    if (channel >= turned) continue;
    const to = row - channel + Math.floor(channel / 2) + (channel % 2) * (turned / 2);
    moved.set(rows.subarray(row * hiddenSize, (row + 1) * hiddenSize), to * hiddenSize);
  }
  return moved;
}

for (const share of [1, 0.5]) {
  test(`of ${share} of each head: the same logits`, () => {
    const config: DecoderConfig = {
      ...llamaLike,
      headDim: 8,
      rope: { ...llamaLike.rope, share, interleaved: true },
    };
    const weights = initialWeights(config, { seed: 3, std: 0.3 });
    const plain = { ...config, rope: { ...config.rope, interleaved: false } };
    const turned = config.headDim * share;
    const moved = new Map(
      [...weights].map(([name, values]) => [
        name,
        /attention\.(query|key)\.weight$/.test(name) ? halves(values, config, turned) : values,
      ]),
    );
    const rows = [
      [1, 2, 3, 5, 8, 13],
      [7, 7, 0, 28, 4, 4],
    ];
    const of = (decoder: DecoderConfig, values: typeof weights) => {
      const model = new Model(engine, decoder, values);
      const found = logits(model, rows);
      model.dispose();
      return found;
    };
    const found = of(config, weights);
    assert.ok(largestDifference(found, of(plain, moved)) < 1e-5);
    assert.ok(largestDifference(found, of(plain, weights)) > 1e-2, "the order counts");
  });
}

test.run();
