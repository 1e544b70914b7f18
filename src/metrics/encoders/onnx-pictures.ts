/** Encoders of pictures as ONNX files in the layout of `@huggingface/transformers`: DINO, Inception, LPIPS. */
import { join } from "node:path";
import { z } from "zod";
import { type FileTensor, OnnxFile } from "../../../engine/index.ts";
import { MetricError } from "../errors.ts";
import { lpipsScale, lpipsShift } from "../pictures/perceptual-distance.ts";
import type { Picture } from "../pictures/picture.ts";
import type { LayerEncoder, PictureEncoder } from "./encoder.ts";
import { openTensors } from "./open-tensors.ts";
import { type Preprocessing, pixelValues, readPreprocessing } from "./preprocess.ts";
import { readJson } from "./read-json.ts";

const side = z.object({ image_size: z.number().int().min(1).max(4096).optional() });

/** The model that stands for the whole. */
const modelFile = join("onnx", "model.onnx");

function seen(model: OnnxFile, picture: Picture, how: Preprocessing) {
  return model.run({
    pixel_values: { data: pixelValues(picture, how), shape: [1, 3, how.crop, how.crop] },
  });
}

/** What a folder says of its pictures, in ImageNet's means and deviations unless it says others. */
function preprocessingOf(folder: string, size: number): Preprocessing {
  const named = readJson(join(folder, "config.json"), "what the model is", (json) =>
    side.parse(json),
  );
  const paint = named.image_size ?? size;
  return readPreprocessing(folder, {
    paint,
    crop: paint,
    mean: [0.485, 0.456, 0.406],
    deviation: [0.229, 0.224, 0.225],
    scale: 1 / 255,
  });
}

/**
 * A model of which the first output tells of the picture: `[1, width]` as it is, or `[1, tokens, width]`,
 * as of DINOv2, as the mean over its tokens, which StarVector, OmniSVG and SArena take.
 * @param folder with config.json and onnx/model.onnx, perhaps preprocessor_config.json.
 * @throws MetricError
 */
export async function openPictureEncoder(folder: string, threads: number): Promise<PictureEncoder> {
  const how = preprocessingOf(folder, 224);
  const model = new OnnxFile(join(folder, modelFile), threads);
  return {
    size: how.paint,
    async picture(picture) {
      const outputs = seen(model, picture, how);
      return pooled(model.file, outputs.get(model.outputs[0] ?? ""));
    },
    dispose: async () => model.dispose(),
  };
}

function pooled(file: string, output: FileTensor | undefined): Float32Array {
  const { data, shape = [] } = output ?? {};
  // Inception's last pictures, averaged already, come as [1, width, 1, 1].
  const [batch, ...rest] = shape.length > 3 ? shape.filter((n, i) => i < 2 || n !== 1) : shape;
  if (!(data instanceof Float32Array) || batch !== 1 || rest.length < 1 || rest.length > 2) {
    throw new MetricError(
      `${file}: expected features as [1, width] or [1, tokens, width], but found [${shape.join(", ")}]`,
    );
  }
  if (rest.length === 1) return data;
  const [tokens = 1, width = 0] = rest;
  const mean = new Float32Array(width);
  for (let token = 0; token < tokens; token++) {
    for (let i = 0; i < width; i++) mean[i]! += data[token * width + i]! / tokens;
  }
  return mean;
}

/**
 * LPIPS: a network of which each output is a layer's features, `[1, channels, rows, columns]`, in
 * onnx/model.onnx, and lpips.safetensors with `lin0.weight`, `lin1.weight` and so on.
 * @param folder as scripts/encoders.py writes it.
 * @throws MetricError
 */
export async function openLayerEncoder(folder: string, threads: number): Promise<LayerEncoder> {
  const size = preprocessingOf(folder, 224).paint;
  // Of pixels p from 0 to 1, the network sees (2 p - 1 - shift) / scale.
  const how: Preprocessing = {
    ...{ paint: size, crop: size, scale: 1 / 255 },
    mean: [(1 + lpipsShift[0]) / 2, (1 + lpipsShift[1]) / 2, (1 + lpipsShift[2]) / 2],
    deviation: [lpipsScale[0] / 2, lpipsScale[1] / 2, lpipsScale[2] / 2],
  };
  const weights = weightsIn(join(folder, "lpips.safetensors"));
  const model = new OnnxFile(join(folder, modelFile), threads);
  return {
    size,
    weights,
    async layers(picture) {
      const outputs = seen(model, picture, how);
      return model.outputs.map((name) => {
        const { data, shape } = outputs.get(name)!;
        return { channels: shape[1] ?? 0, data: data as Float32Array };
      });
    },
    dispose: async () => model.dispose(),
  };
}

function weightsIn(file: string): Float32Array[] {
  const opened = openTensors(file);
  try {
    const names = [...opened.tensors.keys()].sort(
      (a, b) => Number(/\d+/.exec(a)?.[0]) - Number(/\d+/.exec(b)?.[0]),
    );
    return names.map((name) => opened.readFloat32(name));
  } finally {
    opened.close();
  }
}
