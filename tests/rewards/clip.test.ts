/** CLIP against transformers: ids of captions, and the embeddings of captions and a picture. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import { ClipModel } from "../../src/metrics/encoders/clip/clip-model.ts";
import { MetricError, openClip } from "../../src/metrics/index.ts";
import { clipReward } from "../../src/rewards/clip-reward.ts";
import { parseDrawing } from "../../svg/index.ts";
import { createPathTokenizer } from "../../tokenizer/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";

const folder = join(import.meta.dirname, "../golden/clip");
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
  readonly captions: readonly string[];
  readonly ids: readonly (readonly number[])[];
  readonly texts: readonly (readonly number[])[];
  readonly image: readonly number[];
};
const { engine } = await startEngine("onnx", { threads: 1 });
const clip = new ClipModel(engine, folder);

function near(found: Float32Array, wanted: readonly number[], what: string): void {
  for (const [i, value] of wanted.entries()) {
    assert.ok(Math.abs(found[i]! - value) < 1e-5, `${what} ${i}: ${found[i]} for ${value}`);
  }
}

test("captions have the ids and the embeddings of transformers", () => {
  for (const [i, caption] of expected.captions.entries()) {
    assert.equal(clip.tokenizer.encode(caption, 20), expected.ids[i]);
    near(clip.textEmbedding(caption), expected.texts[i]!, caption);
  }
  assert.is(clip.tokenizer.encode("a b c d e f", 5).length, 5);
});

test("a picture has the embedding of transformers", () => {
  const found = clip.pictureEmbedding((channel, x, y) =>
    Math.sin(0.3 * x + 0.2 * y * (channel + 1)),
  );
  near(found, expected.image, "picture");
});

test("the reward is the cosine of caption and drawing", async () => {
  const { canonical } = createPathTokenizer();
  const { drawing } = parseDrawing(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 4h9v9z"/></svg>',
    canonical,
  );
  const sample = { drawing, ids: [], reference: null };
  const found = await clipReward(await openClip(folder, 1, engine))([
    { ...sample, prompt: "arrow up" },
    { ...sample, prompt: "box" },
    { ...sample, prompt: "arrow up" },
  ]);
  assert.ok(found.every((value) => Math.abs(value) <= 1));
  assert.is(found[0], found[2]);
  assert.is.not(found[0], found[1]);
});

test("what is none of a CLIP is refused by file and name", () => {
  const place = join(temporaryFolder(), "clip");
  cpSync(folder, place, { recursive: true });
  const refused = (change: () => void, message: RegExp) => {
    change();
    assert.throws(
      () => new ClipModel(engine, place),
      (error: unknown) => error instanceof MetricError && message.test(error.message),
    );
  };
  refused(() => rmSync(join(place, "tokenizer.json")), /tokenizer\.json: there is no such file/);
  refused(
    () => cpSync(join(folder, "config.json"), join(place, "tokenizer.json")),
    /tokenizer\.json: it does not say a CLIP's tokens/,
  );
});

test("files of two CLIPs are told apart: an id without a row, a matrix that lies the other way", () => {
  const place = join(temporaryFolder(), "mixed");
  cpSync(folder, place, { recursive: true });
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const write = (name: string, json: unknown) =>
    writeFileSync(join(place, name), JSON.stringify(json));
  const refused = (message: RegExp) =>
    assert.throws(
      () => new ClipModel(engine, place),
      (error: unknown) => error instanceof MetricError && message.test(error.message),
    );
  const tokenizer = read("tokenizer.json");
  const config = read("config.json");
  const rows = config.text_config.vocab_size;
  const { model } = tokenizer;
  write("tokenizer.json", {
    ...tokenizer,
    model: { ...model, vocab: { ...model.vocab, zz: rows } },
  });
  refused(new RegExp(`tokenizer\\.json: a token has id ${rows}, but .* vocab_size ${rows}`));
  write("tokenizer.json", tokenizer);
  // As many numbers, in another shape.
  const { hidden_size: width, intermediate_size: inner } = config.text_config;
  assert.is.not(width, inner);
  const turned = { ...config.text_config, hidden_size: inner, intermediate_size: width };
  write("config.json", { ...config, text_config: turned });
  refused(/model\.safetensors: text_model.* is \[.*\], but its config\.json asks for/);
});

test.run();
