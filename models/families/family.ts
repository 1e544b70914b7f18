/**
 * A family: how a checkpoint in the Hugging Face layout describes a decoder. The mapping of tensors
 * is data and serves both ways, loading and saving.
 */

import type { Shape } from "../../engine/index.ts";
import { PathloomError } from "../../errors/index.ts";
import type { DecoderConfig } from "../decoder/config.ts";

export interface Family {
  /** `model_type` in config.json. */
  readonly modelType: string;
  /** Reads config.json. @throws FamilyError naming the key that is missing or not supported. */
  readConfig(json: ConfigJson): DecoderConfig;
  /**
   * Writes config.json: what this family's keys can say of the config. It holds the config when
   * reading that gives an equal one (see `whyNot`).
   */
  writeConfig(config: DecoderConfig): Record<string, unknown>;
  tensors(config: DecoderConfig): readonly TensorMapping[];
  /** Prefix of all tensors but the head's, which checkpoints of the bare decoder leave out. */
  readonly prefix: string;
  /** The name in the files of a tensor, where a checkpoint holds more than the decoder (Qwen3.5's with pictures). */
  readonly stored?: (tensor: string) => string;
  /** Tensors of old checkpoints that hold no parameter: masks and tables. */
  readonly ignored?: RegExp;
}

export type ConfigJson = Readonly<Record<string, unknown>>;

/** One tensor of a checkpoint and the parameters that it holds. */
export interface TensorMapping {
  /** As `transformer.h.0.attn.c_attn.weight`. */
  readonly tensor: string;
  /** Names of our parameters, joined along their first axis. */
  readonly parameters: readonly string[];
  /** The checkpoint keeps `[inputs, outputs]` where ours is `[outputs, inputs]`. */
  readonly transposed: boolean;
  /**
   * Parts that the rows of every parameter are cut into: the tensor holds the first part of each
   * parameter, then the second of each, and so on. 1: one parameter after the other.
   */
  readonly groups: number;
}

export interface NamedTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

export class FamilyError extends PathloomError {
  override readonly name: string = "FamilyError";
  override readonly code: string = "ERR_FAMILY";
}

/** The names that files may have for a tensor: in full, of a bare decoder, or within a larger model. */
export function namesInFiles({ prefix, stored }: Family, tensor: string): readonly string[] {
  const bare = tensor.startsWith(prefix) ? tensor.slice(prefix.length) : tensor;
  return [tensor, bare, ...(stored === undefined ? [] : [stored(tensor)])];
}
