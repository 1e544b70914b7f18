/** What is written, in which precision, and where. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  decoderOf,
  loadCheckpoint,
  type OnnxDtype,
  OverwriteError,
  onnxFiles,
  readWeights,
  saveOnnx,
} from "../../../checkpoints/index.ts";
import { asProduct } from "../../../engine/onnx/portable/sizes.ts";
import { exportModel } from "../../../src/runs/index.ts";
import { decodersFolder, loadGolden } from "../../golden/golden.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { OnnxDecoder, relativeError } from "./run-onnx.ts";

const released = resolve("weights/icons");

/** Beginning, caption "heart" of the released model, and the drawing that it draws. */
const prompt = [1025, 260, 300, 1027];

/** Divergence of the next token's distribution from that of `expected`, in nats, over all positions. */
function divergence(found: Float32Array, expected: Float32Array, size: number): number {
  const logNormaliser = (row: Float32Array) => {
    const most = Math.max(...row);
    return most + Math.log(row.reduce((sum, value) => sum + Math.exp(value - most), 0));
  };
  let sum = 0;
  for (let at = 0; at < expected.length; at += size) {
    const [p, q] = [expected, found].map((each) => each.subarray(at, at + size));
    const [ofP, ofQ] = [logNormaliser(p!), logNormaliser(q!)];
    for (const [i, value] of p!.entries()) {
      sum += Math.exp(value - ofP) * (value - ofP - (q![i]! - ofQ));
    }
  }
  return (sum * size) / expected.length;
}

test("fewer bits cost what they may: the released model's next tokens, by their divergence", async () => {
  const folder = join(temporaryFolder(), "icons");
  const { files } = await exportModel({ model: released, to: folder, format: "onnx" });
  const checkpoint = loadCheckpoint(released);
  const config = decoderOf(checkpoint);
  checkpoint.close();
  const open = (dtype: OnnxDtype) => OnnxDecoder.of(join(folder, "onnx", onnxFiles[dtype]), config);
  const whole = await open("fp32");
  const row = [...prompt, ...(await whole.greedy(prompt, 24))];
  const { logits } = await whole.run([row]);
  const most = { fp16: 1e-6, q8: 0.01, q4: 0.3 } as const;
  let before = files[`onnx/${onnxFiles.fp32}`]!;
  for (const [dtype, nats] of Object.entries(most)) {
    const found = await (await open(dtype as OnnxDtype)).run([row]);
    const lost = divergence(found.logits, logits, config.vocabularySize);
    assert.ok(lost < nats, `${dtype}: ${lost} nats a token`);
    const bytes = files[`onnx/${onnxFiles[dtype as OnnxDtype]}`]!;
    assert.ok(bytes < 0.7 * before, `${dtype}: ${bytes} bytes`);
    before = bytes;
  }
});

test("weights beyond a size stand in a file of their own, of which config.json tells", async () => {
  const { checkpoint, logits, expected } = loadGolden(decodersFolder, "gpt2");
  const decoder = decoderOf(checkpoint);
  const weights = readWeights(decoder, checkpoint);
  const folder = join(temporaryFolder(), "split");
  const config = { model_type: "gpt2" };
  saveOnnx(folder, { decoder, weights, config, dtypes: ["fp32"], maxFileBytes: 1000 });
  assert.equal(readdirSync(join(folder, "onnx")).sort(), ["model.onnx", "model.onnx_data"]);
  const written = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
  assert.equal(written["transformers.js_config"], {
    use_external_data_format: { "model.onnx": 1 },
  });
  const session = await OnnxDecoder.of(join(folder, "onnx", "model.onnx"), decoder);
  const found = await session.run(expected.tokens);
  assert.ok(relativeError(found.logits, logits) < 2e-5);
});

test("an export is replaced by another, and never where something of the user's lies within", () => {
  const { checkpoint } = loadGolden(decodersFolder, "gpt2");
  const decoder = decoderOf(checkpoint);
  const contents = {
    decoder,
    weights: readWeights(decoder, checkpoint),
    config: {},
    dtypes: ["q4", "fp16"],
  } as const;
  const folder = join(temporaryFolder(), "twice");
  saveOnnx(folder, contents);
  saveOnnx(folder, { ...contents, dtypes: ["q8"] });
  assert.equal(readdirSync(join(folder, "onnx")), ["model_quantized.onnx"]);
  writeFileSync(join(folder, "onnx", "notes.txt"), "mine");
  assert.throws(
    () => saveOnnx(folder, contents),
    (error: unknown) => error instanceof OverwriteError && /onnx\/notes\.txt/.test(error.message),
  );
});

test("a number that follows from no product of sizes is refused", () => {
  const sets = [
    { batch: 3, past: 7 },
    { batch: 5, past: 11 },
    { batch: 13, past: 17 },
  ];
  assert.equal(asProduct([4, 4, 4], sets), { factor: 4, names: [] });
  assert.equal(asProduct([6, 10, 26], sets), { factor: 2, names: ["batch"] });
  assert.equal(asProduct([21, 55, 221], sets), { factor: 1, names: ["batch", "past"] });
  assert.throws(() => asProduct([10, 16, 30], sets), /no product of sizes/);
});

test.run();
