/** A pretrained decoder, as a run begins with it: stretched, with new heads, or with tables told apart. */

import { decoderOf, weightsOf, withRows } from "../../checkpoints/index.ts";
import {
  type ConfigJson,
  familyOf,
  initialWeights,
  type LoraConfig,
  readNamed,
  targetedModules,
} from "../../models/index.ts";
import { type Config, ConfigError, type ModelConfig } from "../config/index.ts";
import { contextLengthOf } from "./context.ts";
import { futureOf } from "./decoder-config.ts";
import type { SourcedDecoder } from "./extend.ts";
import type { Pretrained } from "./pretrained.ts";
import { stretchedDecoder } from "./stretched-rope.ts";
import type { NewTokens } from "./tokenizer.ts";

/** As the checkpoint has it. */
export function readDecoder(checkpoint: Pretrained["checkpoint"]): SourcedDecoder {
  const config = decoderOf(checkpoint);
  return { config, weights: weightsOf(config, checkpoint) };
}

/** For the context and the positions that the configuration asks for. */
export function stretchedTo(
  { config, weights }: SourcedDecoder,
  model: ModelConfig,
): SourcedDecoder {
  const contextLength = contextLengthOf(model, config.contextLength);
  return { config: stretchedDecoder(config, model, contextLength), weights };
}

/**
 * A pretrained decoder with new heads for tokens further on, where the configuration asks for some.
 * @throws ConfigError where it has other ones already.
 */
export function withHeads(decoder: SourcedDecoder, { model, train }: Config): SourcedDecoder {
  const { future } = futureOf(model);
  const has = decoder.config.future;
  if (future === undefined) return decoder;
  if (has !== undefined) {
    if (has.kind === future.kind && has.count === future.count) return decoder;
    throw new ConfigError([
      `model.futureTokens: model.from has ${has.count} ${has.kind} heads already, and the configuration asks for ${future.count} ${future.kind}; leave it out to go on with those`,
    ]);
  }
  const config = { ...decoder.config, future };
  const drawn = initialWeights(config, {
    seed: train.seed,
    only: (name) => name.startsWith("future."),
  });
  return { config, weights: new Map([...decoder.weights, ...drawn]) };
}

/**
 * The decoder with a head of its own where adapters of the head or the table of embeddings tell them apart,
 * as they do in PEFT.
 * @throws ConfigError where the tables get new tokens, too: PEFT has one way or the other to change a table.
 */
export function untiedFor(
  lora: LoraConfig,
  json: ConfigJson,
  sourced: SourcedDecoder,
  added: NewTokens | null,
): SourcedDecoder {
  const untied = { ...sourced.config, tieEmbeddings: false };
  const modules = targetedModules(familyOf(json), untied, lora);
  const named = modules.find(({ kind }) => kind !== "linear");
  if (named === undefined) return sourced;
  if ((added?.count ?? 0) > 0) {
    throw new ConfigError([
      `lora.targetModules: ${named.name} is a table of tokens that the tokenizer adds ${added?.count} rows to, and PEFT adapts a table or trains its rows, not both; leave it out, vocabulary.train decides what learns of the tables`,
    ]);
  }
  const table = sourced.weights.get("embedding.weight")!;
  return sourced.config.tieEmbeddings
    ? { config: untied, weights: new Map([...sourced.weights, ["head.weight", table]]) }
    : sourced;
}

/** Adapters hold rows of tables but not of the head's bias: it is as it will be when one is loaded. */
export function keepBias(
  decoder: SourcedDecoder,
  read: SourcedDecoder,
  added: NewTokens | null,
): SourcedDecoder {
  const bias = readNamed(read.weights, ["head.bias"]);
  if (bias.size === 0) return decoder;
  const first = added?.firstId ?? read.config.vocabularySize;
  const { vocabularySize } = decoder.config;
  const { weights } = withRows(read.config, bias, { first, size: vocabularySize });
  return { ...decoder, weights: new Map([...decoder.weights, ...weights]) };
}
