/**
 * A decoder as a folder that transformers.js and onnxruntime load:
 *
 *     config.json  generation_config.json  tokenizer.json  tokenizer_config.json  chat_template.jinja
 *     onnx/model.onnx  onnx/model_fp16.onnx  onnx/model_quantized.onnx  onnx/model_q4.onnx
 *     checkpoint.json
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { modelFile, type OnnxModel } from "../../engine/index.ts";
import type { DecoderConfig } from "../../models/index.ts";
import { syncFolder, writeFileAtomically } from "../files/atomic-file.ts";
import type { BlockSums } from "../files/block-sums.ts";
import { printJson } from "../files/json-file.ts";
import type { ReplaceOptions } from "../files/overwrite.ts";
import { type CheckpointFiles, saveFiles } from "../huggingface/checkpoint.ts";
import { decoderModel } from "./decoder-model.ts";
import { type OnnxDtype, onnxFiles, withWeights } from "./precision.ts";

const FOLDER = "onnx";
const CONFIG = "config.json";

/** Beyond this, weights stand in a file of their own: a model's file holds no more than 2 GiB. */
const largestFile = 1.5 * 2 ** 30;

export interface OnnxContents extends CheckpointFiles {
  readonly decoder: DecoderConfig;
  /** By parameter name. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** config.json of the model's family. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Which files; at least one. */
  readonly dtypes: readonly OnnxDtype[];
  /** Adds files of the caller's own; is given the folder under construction. */
  readonly addFiles?: (folder: string) => void;
  /** Bytes of weights from which they stand in a file of their own; 1.5 GiB unless given. */
  readonly maxFileBytes?: number;
}

/**
 * @param options what may be replaced
 * @returns the model's files and their bytes, by name within the folder
 * @throws {OverwriteError} when the folder holds what may not be replaced
 * @throws {StorageError} when the disk refuses; what was there before is untouched
 */
export function saveOnnx(
  folder: string,
  contents: OnnxContents,
  options: ReplaceOptions = {},
): Map<string, number> {
  const { decoder, weights, dtypes, maxFileBytes = largestFile } = contents;
  const model = decoderModel(decoder);
  let written = new Map<string, BlockSums>();
  const write = (temporary: string) => {
    mkdirSync(join(temporary, FOLDER));
    written = new Map();
    const split: string[] = [];
    for (const dtype of dtypes) {
      const file = onnxFiles[dtype];
      const whole = withWeights(model, weights, dtype);
      const isSplit = bytesOf(whole) > maxFileBytes;
      if (isSplit) split.push(file);
      for (const [name, sums] of writeModel(temporary, file, whole, isSplit))
        written.set(name, sums);
    }
    syncFolder(join(temporary, FOLDER));
    const config = printJson(folder, CONFIG, { ...contents.config, ...forTransformersJs(split) });
    const ofConfig = writeFileAtomically(join(temporary, CONFIG), (sink) => sink.write(config));
    contents.addFiles?.(temporary);
    return new Map(written).set(CONFIG, ofConfig);
  };
  saveFiles(folder, contents, write, options);
  return new Map([...written].map(([name, { bytes }]) => [name, bytes]));
}

/** A model as one file, for programs that keep none on the disk. */
export function onnxModelBytes(
  model: OnnxModel,
  weights: ReadonlyMap<string, Float32Array>,
  dtype: OnnxDtype = "fp32",
): Uint8Array<ArrayBuffer> {
  return modelFile(withWeights(model, weights, dtype), "");
}

function writeModel(
  folder: string,
  file: string,
  model: OnnxModel,
  isSplit: boolean,
): Map<string, BlockSums> {
  const sums = new Map<string, BlockSums>();
  const write = (name: string, parts: readonly Uint8Array[]) => {
    const ofFile = writeFileAtomically(join(folder, FOLDER, name), (sink) => {
      for (const part of parts) sink.write(part);
    });
    sums.set(`${FOLDER}/${name}`, ofFile);
  };
  if (!isSplit) {
    write(file, [modelFile(model, "")]);
    return sums;
  }
  const data = `${file}_data`;
  let offset = 0;
  const initializers = model.initializers.map((each) => {
    if (each.bytes.byteLength < smallest) return each;
    const external = { ...each, external: { file: data, offset } };
    offset += each.bytes.byteLength;
    return external;
  });
  write(file, [modelFile({ ...model, initializers }, "")]);
  write(
    data,
    initializers.filter((each) => "external" in each).map(({ bytes }) => bytes),
  );
  return sums;
}

/** Bytes up to which a tensor stays in the model's file: shapes and the like. */
const smallest = 1024;

const bytesOf = (model: OnnxModel): number =>
  model.initializers.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);

/** Which files have another beside them: transformers.js asks for no more than it is told of. */
function forTransformersJs(split: readonly string[]): object {
  if (split.length === 0) return {};
  const files = Object.fromEntries(split.map((file) => [file, 1]));
  return { "transformers.js_config": { use_external_data_format: files } };
}
