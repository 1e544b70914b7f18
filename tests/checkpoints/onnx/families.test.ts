/** Exported decoders of the families, run by ONNX Runtime, against what transformers computed. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { architectureOf } from "../../../checkpoints/gguf/save.ts";
import {
  decoderModel,
  decoderOf,
  onnxModelBytes,
  readWeights,
} from "../../../checkpoints/index.ts";
import { decodersFolder, goldenNames, loadGolden } from "../../golden/golden.ts";
import { OnnxDecoder, type Rows, relativeError } from "./run-onnx.ts";

/** Each has something that the others have not; PATHLOOM_ALL_FAMILIES=1 takes all. */
const some = [
  ...["gpt2", "llama-3.1", "llama-dynamic-beyond", "qwen2", "qwen3", "gemma-3", "phi-2", "bloom"],
  ...["mpt", "gptj", "olmo-2", "ministral-3", "nanochat", "mistral", "falcon-7b", "granite"],
];
const hasState = (name: string) => name.startsWith("qwen3.5");
const all = goldenNames(decodersFolder)
  .filter(leaves)
  .filter((name) => !hasState(name));
const names = process.env.PATHLOOM_ALL_FAMILIES === undefined ? some : all;

/** Of the largest logit: float32 sums in another order. */
const tolerance = 2e-5;

for (const name of names) {
  test(`${name}: whole rows, rows read in two goes, and padded rows come to transformers' logits`, async () => {
    const { checkpoint, expected, logits } = loadGolden(decodersFolder, name);
    const config = decoderOf(checkpoint);
    const weights = readWeights(config, checkpoint);
    const decoder = await OnnxDecoder.of(onnxModelBytes(decoderModel(config), weights), config);
    const { tokens } = expected;
    const time = tokens[0]!.length;
    const { vocabularySize } = config;
    const of = (row: number, from: number, to = time) =>
      logits.subarray((row * time + from) * vocabularySize, (row * time + to) * vocabularySize);

    const whole = await decoder.run(tokens);
    assert.ok(relativeError(whole.logits, logits) < tolerance, "whole rows");

    // The frequencies of `dynamic` change with each token beyond the context of pretraining, so that
    // a cache holds keys that were turned otherwise; transformers has the same.
    if (config.rope.scaling?.type !== "dynamic") {
      const first = await decoder.run([tokens[0]!.slice(0, 5)]);
      const rest = await decoder.run([tokens[0]!], 5, first.past);
      assert.ok(relativeError(rest.logits, of(0, 5)) < tolerance, "in two goes");
    }

    const short = time - 3;
    const padding: Rows = [[null, null, null, ...tokens[1]!.slice(0, short)], tokens[0]!];
    const padded = await decoder.run(padding);
    const row = padded.logits.subarray(3 * vocabularySize, time * vocabularySize);
    if (config.rope.scaling?.type !== "dynamic") {
      assert.ok(relativeError(row, of(1, 0, short)) < tolerance, "padded rows");
    }
    assert.ok([...padded.logits].every(Number.isFinite), "padding gives numbers");
  });
}

test("layers that carry a state are refused, with the way on", () => {
  const config = decoderOf(loadGolden(decodersFolder, "qwen3.5").checkpoint);
  assert.throws(
    () => decoderModel(config),
    /layers that carry a state .*export it with --format hf/,
  );
  assert.throws(() => architectureOf(config), /this has layers that carry a state/);
});

/** Layers that carry a state are not exported. */
function leaves(name: string): boolean {
  return decoderOf(loadGolden(decodersFolder, name).checkpoint).gatedDelta === null;
}

test.run();
