/** From a configuration to the pairs that a preference run trains on. */

import type { TokenizerSettings } from "../../checkpoints/index.ts";
import {
  corpusSum,
  dataCard,
  fontsAt,
  openSources,
  parserWith,
  readPairs,
  tokenizePairs,
} from "../../data/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import { type Config, sourceEntries } from "../config/index.ts";
import { type PreparedData, trainedOn } from "./prepared-data.ts";
import { chooseTokenizer } from "./tokenizer.ts";

/** What the run starts from. */
export interface PairsOrigin {
  /** The tokenizer of an earlier part of the same run; undefined for a new one. */
  readonly saved: SvgTokenizer | undefined;
  /** `tokenizer.json` of the model that the run starts from. */
  readonly pretrained: unknown;
  /** What its tokenizer is used with. */
  readonly settings?: TokenizerSettings | undefined;
  /** Longest sample in tokens. */
  readonly context: number;
}

/** A model to begin with has a vocabulary already. */
const noTexts = () => ({ captions: [], drawings: [] });

const how = "by caption: all pairs of one stand on one side";

/**
 * Reads and tokenizes the pairs; of each sample's drawings the first is the chosen one, the second the
 * rejected.
 * @throws SourceError when the source is missing or holds no pair, and when none is left to train on.
 * @throws ConfigError, BaseTokenizerError, TokenizerFileError when there is no fitting tokenizer.
 */
export async function preparePairs(
  config: Config,
  { saved, pretrained, settings, context }: PairsOrigin,
): Promise<PreparedData> {
  const { data } = config;
  const chosen = chooseTokenizer(config.tokenizer, noTexts, pretrained, settings);
  const tokenizer = saved ?? chosen.tokenizer;
  const { heldOut: share, limit, strokeWidth } = data;
  const corpus = await readPairs(
    openSources(sourceEntries(data.source), { variants: 1, tags: 0 }),
    {
      canonical: tokenizer.canonical,
      parse: parserWith(fontsAt(data.fonts)),
      heldOut: share,
      limit,
      strokeWidth,
    },
  );
  const maxTokens = Math.min(data.maxTokens ?? context, context);
  const train = tokenizePairs(corpus.train, tokenizer, maxTokens);
  const heldOut = tokenizePairs(corpus.heldOut, tokenizer, maxTokens);
  return {
    tokenizer,
    added: chosen.added,
    corpus: corpusSum(corpus),
    ...trainedOn({ corpus, train, heldOut }, data, { maxTokens, context }, (reports) =>
      dataCard(reports, { limit: maxTokens, heldOut: share, splitNames: false, how }),
    ),
  };
}
