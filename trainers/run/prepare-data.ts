/** From a configuration to what a run trains on: the tokenizer and the two tokenized data sets. */
import type { Config } from "../../src/config/index.ts";
import {
  type CorpusReport,
  openSource,
  readCorpus,
  type TokenDataset,
  type TokenizeReport,
  tokenizeEntries,
} from "../../src/data/index.ts";
import { parseDrawing } from "../../src/svg/index.ts";
import {
  canonicalOptionsOf,
  createPathRepresentation,
  type PathOptions,
  parsePathOptions,
  type Representation,
  trainBytePairs,
} from "../../tokenizer/index.ts";

export interface PreparedData {
  readonly representation: Representation;
  readonly train: TokenDataset;
  readonly heldOut: TokenDataset;
  readonly reports: {
    readonly corpus: CorpusReport;
    readonly train: TokenizeReport;
    readonly heldOut: TokenizeReport;
  };
}

/**
 * @param saved the representation of an earlier part of the same run, to go on with; null trains one
 * on the captions of the training part.
 * @throws SourceError when the source is missing, empty or without a usable drawing.
 */
export function prepareData(config: Config, saved: Representation | null): PreparedData {
  const { data, tokenizer } = config;
  const options = pathOptions(tokenizer);
  const corpus = readCorpus(
    openSource(data.source, { variants: data.captionVariants, tags: data.captionTags }),
    {
      canonical: saved?.canonical ?? canonicalOptionsOf(options),
      parse: parseDrawing,
      heldOut: data.heldOut,
      limit: data.limit,
    },
  );
  const captions = corpus.train.flatMap((entry) => entry.captions);
  const representation =
    saved ??
    createPathRepresentation({
      options,
      text: trainBytePairs(captions, { vocabularySize: tokenizer.captionVocabulary }),
    });
  const maxTokens = Math.min(data.maxTokens ?? config.model.context, config.model.context);
  const train = tokenizeEntries(corpus.train, representation, { maxTokens, augment: data.augment });
  const heldOut = tokenizeEntries(corpus.heldOut, representation, { maxTokens, augment: "none" });
  return {
    representation,
    train: train.dataset,
    heldOut: heldOut.dataset,
    reports: { corpus: corpus.report, train: train.report, heldOut: heldOut.report },
  };
}

function pathOptions({
  representation: _,
  captionVocabulary: __,
  ...options
}: Config["tokenizer"]): PathOptions {
  return parsePathOptions(options);
}
