/** From a configuration to what a run trains on: the tokenizer and the two tokenized data sets. */

import type { TokenizerSettings } from "../../checkpoints/index.ts";
import {
  type AugmentOptions,
  type Corpus,
  type CorpusEntry,
  corpusSum,
  dataCard,
  fontsAt,
  learntFrom,
  openSources,
  parserWith,
  readCorpus,
  readEdits,
  type TokenDataset,
  tokenizeEntries,
} from "../../data/index.ts";
import type { CanonicalOptions } from "../../svg/index.ts";
import type { SvgTokenizer } from "../../tokenizer/index.ts";
import { type Config, ConfigError, type DataConfig, sourceEntries } from "../config/index.ts";
import { contextLengthOf } from "./context.ts";
import { filtersOf, withScorer } from "./filters.ts";
import { preparePairs } from "./prepare-pairs.ts";
import {
  type PreparedData,
  preparedCorpus,
  preparedData,
  preparedFolder,
  preparedSamples,
  trainedOn,
} from "./prepared-data.ts";
import { holdsEdits, taskOptions, taskShares } from "./tasks.ts";
import { canonicalOf, chooseTokenizer, ownVocabulary } from "./tokenizer.ts";

export type { PreparedData } from "./prepared-data.ts";

/** What the run starts from, where that is not nothing. */
export interface DataOrigin {
  /** The tokenizer of an earlier part of the same run, to go on with. */
  readonly saved?: SvgTokenizer;
  /** `tokenizer.json` of the model that the run starts from. */
  readonly pretrained?: unknown;
  /** What its tokenizer is used with. */
  readonly settings?: TokenizerSettings | undefined;
  /** Longest sample in tokens; what the configuration says of a new decoder unless given. */
  readonly context?: number;
}

/**
 * Reads and tokenizes the drawings. A vocabulary of its own is trained on the captions of the
 * training part.
 * @throws SourceError when the source is missing, empty or without a usable drawing, and when none of
 * its drawings is left to train on.
 * @throws ConfigError, BaseTokenizerError, TokenizerFileError when there is no fitting tokenizer.
 */
export async function prepareData(
  config: Config,
  { saved, pretrained, settings, context = contextLengthOf(config.model, null) }: DataOrigin = {},
): Promise<PreparedData> {
  const { data } = config;
  if (config.train.task === "dpo")
    return preparePairs(config, { saved, pretrained, settings, context });
  const prepared = preparedFolder(data);
  if (prepared !== null)
    return preparedData(config, prepared, { saved, pretrained, settings, context });
  const learnt = ownVocabulary(config.tokenizer) && pretrained === undefined;
  const early = learnt ? null : chooseTokenizer(config.tokenizer, noTexts, pretrained, settings);
  const canonical = (saved ?? early?.tokenizer)?.canonical ?? canonicalOf(config.tokenizer);
  const corpus = await readDrawings(data, canonical);
  const texts = () => {
    const learnt = learntFrom(corpus.train);
    return {
      captions: learnt.flatMap((entry) => entry.captions),
      drawings: learnt.map((entry) => entry.drawing),
    };
  };
  const chosen =
    early ??
    (saved === undefined
      ? chooseTokenizer(config.tokenizer, texts, pretrained, settings)
      : { tokenizer: saved, added: null });
  const tokenizer = saved ?? chosen.tokenizer;
  const maxTokens = Math.min(data.maxTokens ?? context, context);
  const scenes = data.tooLong === "scenes";
  const { tokens } = filtersOf(data);
  const limited = { maxTokens, tokens, scenes, ...taskOptions(config) };
  const train = tokenizeEntries(corpus.train, tokenizer, { ...limited, augment: augmentOf(data) });
  const heldOut = tokenizeEntries(corpus.heldOut, tokenizer, limited);
  const { heldOut: share, splitNames } = data;
  return {
    tokenizer,
    added: chosen.added,
    corpus: corpusSum(corpus),
    ...trainedOn({ corpus, train, heldOut }, data, { maxTokens, context }, (reports) =>
      dataCard(reports, { limit: maxTokens, heldOut: share, splitNames }),
    ),
  };
}

/**
 * The drawings that a model is scored on: those that the configuration holds out, and with `all` those
 * that it trains on, too; of samples of at most `context` tokens.
 * @throws SourceError when the source is missing, empty or without a usable drawing.
 */
export async function scoredDrawings(
  config: Config,
  tokenizer: SvgTokenizer,
  { all, context }: { readonly all: boolean; readonly context: number },
): Promise<TokenDataset> {
  const { data } = config;
  const prepared = preparedFolder(data);
  if (prepared !== null && taskShares(config).some(({ task }) => task !== "text-to-svg")) {
    return preparedSamples(config, prepared, tokenizer, {
      all,
      maxTokens: Math.min(data.maxTokens ?? context, context),
    });
  }
  const { train, heldOut } = await readDrawings(data, tokenizer.canonical);
  const maxTokens = Math.min(data.maxTokens ?? context, context);
  const entries = all ? [...heldOut, ...train] : heldOut;
  const scenes = data.tooLong === "scenes";
  const { tokens } = filtersOf(data);
  const limited = { maxTokens, tokens, scenes, ...taskOptions(config) };
  return tokenizeEntries(entries, tokenizer, limited).dataset;
}

/** What a model is measured with. */
export interface MeasuredSet {
  readonly train: TokenDataset;
  readonly heldOut: TokenDataset;
  /** Every drawing to compare with, those too that the model cannot hold. */
  readonly icons: readonly CorpusEntry[];
}

/**
 * @param context longest sample in tokens.
 * @throws SourceError as {@link prepareData}; ConfigError where there is no set of that name.
 */
export async function measuredSet(
  { data, evaluate }: Config,
  svgTokenizer: SvgTokenizer,
  context: number,
): Promise<MeasuredSet> {
  const all = await readDrawings(data, svgTokenizer.canonical);
  const { train, heldOut } = corpusOfSet(all, evaluate);
  const maxTokens = Math.min(data.maxTokens ?? context, context);
  const { tokens } = filtersOf(data);
  const tokenized = (entries: readonly CorpusEntry[]) =>
    tokenizeEntries(entries, svgTokenizer, { maxTokens, tokens }).dataset;
  return { train: tokenized(train), heldOut: tokenized(heldOut), icons: [...train, ...heldOut] };
}

/** Of a corpus the drawings of the one set that is measured. @throws ConfigError where there is no set of that name */
export function corpusOfSet(corpus: Corpus, evaluate: Pick<Config["evaluate"], "set">): Corpus {
  const { set: wanted } = evaluate;
  if (wanted === null) return corpus;
  const names = corpus.report.sets.map(({ name }) => name);
  if (!names.includes(wanted)) {
    throw new ConfigError([
      `evaluate.set: expected one of ${names.join(", ")}, but found ${wanted}`,
    ]);
  }
  const chosen = (entries: readonly CorpusEntry[]) =>
    entries.filter(({ set = 0 }) => names[set] === wanted);
  return { ...corpus, train: chosen(corpus.train), heldOut: chosen(corpus.heldOut) };
}

/** The drawings of a configuration, split. */
export async function readDrawings(data: DataConfig, canonical: CanonicalOptions): Promise<Corpus> {
  const prepared = preparedFolder(data);
  if (prepared !== null) return preparedCorpus(prepared);
  const sources = openSources(sourceEntries(data.source), {
    variants: data.captionVariants,
    tags: data.captionTags,
    fileNames: data.fileNames,
  });
  const { heldOut, limit, strokeWidth, styleWords, splitNames } = data;
  const parse = parserWith(fontsAt(data.fonts));
  if (holdsEdits(data)) {
    return readEdits(sources, { canonical, parse, heldOut, limit, strokeWidth });
  }
  const kept = { heldOut, limit, strokeWidth, styleWords, splitNames };
  const filters = filtersOf(data);
  return withScorer(data, (scorer) =>
    readCorpus(sources, {
      ...{ canonical, parse, ...kept, filters },
      ...(scorer === undefined ? {} : { scorer }),
    }),
  );
}

export const noTexts = () => ({ captions: [], drawings: [] });

export function augmentOf({ augment, shiftBy, scaleBy }: DataConfig): AugmentOptions {
  const named = [augment].flat();
  return { kinds: named.filter((kind) => kind !== "none"), shiftBy, scaleBy };
}
