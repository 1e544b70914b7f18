/** A CLIP from a folder: its ONNX files where they are there, else its safetensors on our own engine. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Engine, type FileTensor, OnnxFile, startEngine } from "../../../engine/index.ts";
import { MetricError } from "../errors.ts";
import { clipConfigSchema } from "./clip/clip-config.ts";
import { ClipModel } from "./clip/clip-model.ts";
import { ClipTokenizer } from "./clip/clip-tokenizer.ts";
import type { PairEncoder } from "./encoder.ts";
import { clipPreprocessing, pixelValues, readPreprocessing } from "./preprocess.ts";
import { readJson } from "./read-json.ts";

/** Of a CLIP as `@huggingface/transformers` lays it out, below the model's folder. */
export const clipOnnxFiles = ["onnx/text_model.onnx", "onnx/vision_model.onnx"] as const;

/**
 * @param folder with config.json, tokenizer.json, and either onnx/text_model.onnx and
 * onnx/vision_model.onnx or model.safetensors.
 * @param engine runs safetensors; one of its own unless given.
 * @throws MetricError for files that are missing or none of a CLIP.
 */
export async function openClip(
  folder: string,
  threads: number,
  engine: Engine | null = null,
): Promise<PairEncoder> {
  const isOnnx = clipOnnxFiles.every((name) => existsSync(join(folder, name)));
  if (isOnnx) return openOnnxClip(folder, threads);
  if (engine !== null) return engineClip(engine, folder);
  const { engine: own } = await startEngine("onnx", { threads });
  try {
    const opened = engineClip(own, folder);
    return { ...opened, dispose: () => opened.dispose().then(() => own.dispose()) };
  } catch (error) {
    own.dispose();
    throw error;
  }
}

async function openOnnxClip(folder: string, threads: number): Promise<PairEncoder> {
  const config = readJson(join(folder, "config.json"), "what a CLIP is", (json) =>
    clipConfigSchema.parse(json),
  );
  const tokenizer = readJson(
    join(folder, "tokenizer.json"),
    "a CLIP's tokens",
    (json) => new ClipTokenizer(json),
  );
  const how = readPreprocessing(folder, clipPreprocessing(config.vision_config.image_size));
  const longest = config.text_config.max_position_embeddings;
  const [textFile, visionFile] = clipOnnxFiles.map((name) => join(folder, name));
  const text = new OnnxFile(textFile!, threads);
  const vision = orDispose(text, () => new OnnxFile(visionFile!, threads));
  return {
    size: how.paint,
    async text(caption) {
      const ids = tokenizer.encode(caption, longest);
      const shape = [1, ids.length];
      const outputs = text.run({
        input_ids: { data: BigInt64Array.from(ids, BigInt), shape },
        attention_mask: { data: new BigInt64Array(ids.length).fill(1n), shape },
      });
      return embedding(text.file, "text_embeds", outputs);
    },
    async picture(picture) {
      const data = pixelValues(picture, how);
      const outputs = vision.run({
        pixel_values: { data, shape: [1, 3, how.crop, how.crop] },
      });
      return embedding(vision.file, "image_embeds", outputs);
    },
    async dispose() {
      text.dispose();
      vision.dispose();
    },
  };
}

function orDispose<T>(opened: OnnxFile, open: () => T): T {
  try {
    return open();
  } catch (error) {
    opened.dispose();
    throw error;
  }
}

function embedding(
  file: string,
  name: string,
  outputs: ReadonlyMap<string, FileTensor>,
): Float32Array {
  const found = outputs.get(name);
  if (found?.shape.length === 2 && found.shape[0] === 1) return found.data as Float32Array;
  throw new MetricError(
    `${file}: expected ${name} of [1, width] among its outputs, but found ${[...outputs.keys()].join(", ")}`,
  );
}

function engineClip(engine: Engine, folder: string): PairEncoder {
  const model = new ClipModel(engine, folder);
  const { image_size: size } = model.config.vision_config;
  const how = readPreprocessing(folder, clipPreprocessing(size));
  if (how.crop !== size) {
    model.dispose();
    throw new MetricError(
      `${folder}: preprocessor_config.json makes pictures of ${how.crop} pixels, config.json has ${size}`,
    );
  }
  return {
    size: how.paint,
    text: async (caption) => model.textEmbedding(caption),
    picture: async (picture) => {
      const values = pixelValues(picture, how);
      return model.pictureEmbedding((channel, x, y) => values[(channel * size + y) * size + x]!);
    },
    dispose: async () => model.dispose(),
  };
}
