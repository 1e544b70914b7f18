/** The path from a picture to a figure, through ONNX files in the layout of real ones, against PyTorch. */
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { PathloomError } from "../../errors/index.ts";
import {
  cosine,
  openClip,
  openLayerEncoder,
  openPictureEncoder,
  perceptualDistance,
} from "../../src/metrics/index.ts";
import { temporaryFolder } from "../checkpoints/temporary-folder.ts";
import { encodersFolder, golden, isNear, pictureOf } from "./golden-metrics.ts";

const folderOf = (name: string) => join(encodersFolder, name);

function near(found: ArrayLike<number>, wanted: readonly number[], what: string): void {
  assert.is(found.length, wanted.length, what);
  for (const [i, value] of wanted.entries()) {
    assert.ok(isNear(found[i]!, value, 1e-4), `${what} ${i}: ${found[i]} for ${value}`);
  }
}

test("CLIP's ONNX files and its safetensors see what transformers sees", async () => {
  const { caption, textSimilarity, pictureSimilarity } = golden.clip;
  for (const folder of [folderOf("clip"), join(encodersFolder, "../clip")]) {
    const clip = await openClip(folder, 1);
    assert.is(clip.size, 24);
    const text = await clip.text(caption);
    const images = [await clip.picture(pictureOf(24, 0)), await clip.picture(pictureOf(24, 1))];
    // Those of transformers are of unit length, as our engine's are; those of the files are not.
    near(unit(text), golden.clip.text, "text");
    near(unit(images[0]!), golden.clip.image, "image");
    assert.ok(isNear(cosine(text, images[0]!), textSimilarity, 1e-5));
    assert.ok(isNear(cosine(images[0]!, images[1]!), pictureSimilarity, 1e-5));
    await clip.dispose();
  }
});

test("DINOv2 sees the middle of the picture, as the mean over its tokens", async () => {
  const dino = await openPictureEncoder(folderOf("dino"), 1);
  assert.is(dino.size, 32);
  const [a, b] = [await dino.picture(pictureOf(32, 0)), await dino.picture(pictureOf(32, 1))];
  near(a, golden.dino.features, "features");
  assert.ok(isNear((1 + cosine(a, b)) / 2, golden.dino.likeness, 1e-5));
  await dino.dispose();
});

test("a network of features gives its own", async () => {
  const network = await openPictureEncoder(folderOf("features"), 1);
  near(await network.picture(pictureOf(24, 2)), golden.features, "features");
  await network.dispose();
});

test("LPIPS is that of the package lpips over the same network", async () => {
  const network = await openLayerEncoder(folderOf("lpips"), 1);
  const distance = async (a: number, b: number) =>
    perceptualDistance(
      await network.layers(pictureOf(24, a)),
      await network.layers(pictureOf(24, b)),
      network.weights,
    );
  assert.ok(isNear(await distance(0, 7), golden.lpips[0], 1e-5));
  assert.ok(isNear(await distance(3, 4), golden.lpips[1], 1e-5));
  assert.is(await distance(3, 3), 0);
  await network.dispose();
});

test("what is no such model is refused by file", async () => {
  const place = join(temporaryFolder(), "clip");
  cpSync(folderOf("clip"), place, { recursive: true });
  const refused = async (open: () => Promise<unknown>, message: RegExp) => {
    const error: unknown = await open().then(
      () => null,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof PathloomError, String(error));
    assert.match(error.message, message);
  };
  writeFileSync(join(place, "onnx/vision_model.onnx"), "none");
  await refused(() => openClip(place, 1), /vision_model\.onnx: no ONNX model that can be run/);
  cpSync(join(place, "onnx/text_model.onnx"), join(place, "onnx/vision_model.onnx"));
  const swapped = await openClip(place, 1);
  await refused(
    () => swapped.picture(pictureOf(24, 0)),
    /it asks for input_ids, but there is only pixel_values/,
  );
  await swapped.dispose();
  writeFileSync(join(place, "preprocessor_config.json"), '{"size": {"height": 24, "width": 20}}');
  await refused(() => openClip(place, 1), /preprocessor_config\.json: .*square/);
  rmSync(join(place, "tokenizer.json"));
  await refused(() => openClip(place, 1), /tokenizer\.json: there is no such file/);
  await refused(() => openPictureEncoder(join(place, "onnx"), 1), /config\.json: there is no such/);
});

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

test.run();
