/**
 * A family: how a checkpoint in the Hugging Face layout describes a decoder. The mapping of tensors
 * is data and serves both ways, loading and saving.
 */
import type { Shape } from "../../src/engine/index.ts";
import type { DecoderConfig } from "../config.ts";

export interface Family {
  /** `model_type` in config.json. */
  readonly modelType: string;
  /** Reads config.json. @throws FamilyError naming the key that is missing or not supported. */
  readConfig(json: Readonly<Record<string, unknown>>): DecoderConfig;
  /** Writes config.json. */
  writeConfig(config: DecoderConfig): Record<string, unknown>;
  /** Why this family cannot hold a decoder of that config; null when it can. */
  refuses(config: DecoderConfig): string | null;
  tensors(config: DecoderConfig): readonly TensorMapping[];
}

/** One tensor of a checkpoint and the parameters that it holds. */
export interface TensorMapping {
  /** As `transformer.h.0.attn.c_attn.weight`. */
  readonly tensor: string;
  /** Names of our parameters, stacked along their first axis. */
  readonly parameters: readonly string[];
  /** The checkpoint keeps `[inputs, outputs]` where ours is `[outputs, inputs]`. */
  readonly transposed: boolean;
}

export interface NamedTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

export class FamilyError extends Error {
  override readonly name = "FamilyError";
}

/** A tensor that holds one parameter as it is. */
export function plain(tensor: string, parameter: string): TensorMapping {
  return { tensor, parameters: [parameter], transposed: false };
}
