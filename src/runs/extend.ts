/** The tokens that a tokenizer adds to a pretrained model. */
import {
  type DecoderConfig,
  extendVocabulary,
  type RowInitialisation,
  readNamed,
  tablesOfTokens,
  type WeightSource,
} from "../../models/index.ts";
import type { VocabularyConfig } from "../config/index.ts";
import type { NewTokens } from "./tokenizer.ts";

/** A decoder whose parameters lie in files, or in memory where they were changed. */
export interface SourcedDecoder {
  readonly config: DecoderConfig;
  readonly weights: WeightSource;
}

/** The decoder with rows for all tokens; as it is where it has them. */
export function withNewTokens(
  decoder: SourcedDecoder,
  tokens: NewTokens | null,
  config: VocabularyConfig,
  seed: number,
): SourcedDecoder {
  if (tokens === null) return decoder;
  const isWhole = tokens.count === 0 && tokens.firstId <= decoder.config.vocabularySize;
  if (isWhole) return decoder;
  const extended = extendVocabulary(decoder.config, readNamed(decoder.weights, tablesOfTokens), {
    firstId: tokens.firstId,
    count: tokens.count,
    multipleOf: config.padToMultiple,
    initialise: initialisation(tokens, config, seed),
  });
  return {
    config: extended.config,
    weights: new Map([...decoder.weights, ...extended.weights]),
  };
}

function initialisation(
  { descriptions }: NewTokens,
  { init, covarianceScale }: VocabularyConfig,
  seed: number,
): RowInitialisation {
  switch (init) {
    case "description":
      return { kind: "descriptions", ids: descriptions };
    case "distribution":
      return { kind: "distribution", seed, covarianceScale };
    case "zeros":
      return { kind: "zeros" };
  }
}
