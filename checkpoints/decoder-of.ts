/** The decoder of a checkpoint: what config.json says, held against the tensors that are there. */
import {
  checkDecoderConfig,
  type DecoderConfig,
  FamilyError,
  familyOf,
  ModelConfigError,
  namesInFiles,
  parameterCount,
  readFuture,
} from "../models/index.ts";
import { CheckpointError } from "./files/checkpoint-error.ts";
import type { Checkpoint } from "./huggingface/checkpoint.ts";
import { areEqual, type TensorReader } from "./safetensors/index.ts";

const known = new WeakMap<Checkpoint, DecoderConfig>();

/**
 * The decoder that config.json describes. A head that is not the table of embeddings, though config.json
 * says so, makes it one with a head of its own, as in `transformers`.
 * @throws CheckpointError when it is not supported, or far larger than the files.
 */
export function decoderOf(checkpoint: Checkpoint): DecoderConfig {
  const { config, folder, model } = checkpoint;
  const found = known.get(checkpoint);
  if (found !== undefined) return found;
  try {
    const family = familyOf(config);
    const read = family.readConfig(config);
    checkDecoderConfig(read);
    checkSize(read, model);
    const table = family.tensors(read).find((each) => each.parameters[0] === "embedding.weight");
    const names = namesInFiles(family, table!.tensor).filter((name) => model.tensors.has(name));
    const untied = read.tieEmbeddings && names.length > 0 && !isTied(model, names[0]!);
    const future = checkpoint.future === undefined ? undefined : readFuture(config);
    const decoder = {
      ...read,
      ...(untied ? { tieEmbeddings: false } : {}),
      // Who saved the model anew without our file left the heads behind.
      ...(future === undefined ? {} : { future }),
    };
    known.set(checkpoint, decoder);
    return decoder;
  } catch (error) {
    if (!(error instanceof FamilyError || error instanceof ModelConfigError)) throw error;
    throw new CheckpointError("unsupported", folder, error.message, { file: "config.json" });
  }
}

/** A missing head or table is told of by its name, later; this is for sizes that are made up. */
const mostBeyond = 2;

/** @throws FamilyError before anything of that size is built. */
function checkSize(config: DecoderConfig, { tensors }: TensorReader): void {
  if (config.layers > tensors.size) {
    throw new FamilyError(
      `config.json makes ${config.layers} layers, but the model's files hold ${tensors.size} tensors; use the config.json that came with the weights`,
    );
  }
  const held = [...tensors.values()].reduce((sum, { shape }) => sum + numbersIn(shape), 0);
  const wanted = parameterCount(config);
  if (wanted > mostBeyond * held) {
    throw new FamilyError(
      `config.json makes a model of ${wanted} numbers, but its files hold ${held}; use the config.json that came with the weights`,
    );
  }
}

const numbersIn = (shape: readonly number[]): number =>
  shape.reduce((product, each) => product * each, 1);

const head = "lm_head.weight";

/** Whether the file has no other head than the table. */
function isTied(model: TensorReader, table: string): boolean {
  const [own, rows] = [model.tensors.get(head), model.tensors.get(table)!];
  if (own === undefined) return true;
  if (own.shape.join() !== rows.shape.join()) {
    throw new FamilyError(
      `tensor "${head}" is [${own.shape.join(", ")}], but config.json ties it to "${table}", which is [${rows.shape.join(", ")}]; set tie_word_embeddings to false if it is a head of its own`,
    );
  }
  return areEqual(model, table, head);
}
