/** Sources, the split, the tokenized dataset and its batches. */

export type { CardOptions } from "./account/data-card.ts";
export { type DataCard, dataCard, dataCardText, type SetCard } from "./account/data-card.ts";
export type { ReasonCount } from "./account/left-out.ts";
export {
  countReasons,
  type DataReports,
  type LeftOut,
  leftOutOf,
  notReadable,
} from "./account/left-out.ts";
export { betterContext, percentile, shareHeld } from "./account/lengths.ts";
export type { NoteOptions } from "./account/notes.ts";
export { dataNotes, nothingLeft } from "./account/notes.ts";
export { refuseTooLong } from "./account/refuse-too-long.ts";
export { type Batch, ignoreIndex, type LossScope, layOut } from "./batches/batch.ts";
export { type EvaluationOptions, evaluationBatches } from "./batches/evaluation.ts";
export { type HideOptions, hideTokens } from "./batches/hide.ts";
export { packBestFit } from "./batches/packing.ts";
export {
  chosenDrawing,
  layOutPairs,
  type PairBatch,
  type PairOptions,
  rejectedDrawing,
} from "./batches/pairs.ts";
export { BatchStream, type StreamOptions, type StreamState } from "./batches/stream.ts";
export type { AugmentedDrawing } from "./corpus/augment.ts";
export {
  type Augmentation,
  type AugmentOptions,
  augment,
} from "./corpus/augment.ts";
export { recoloredCaptions } from "./corpus/color-words.ts";
export {
  type Corpus,
  type CorpusEntry,
  type CorpusOptions,
  type CorpusReport,
  type CorpusSource,
  type DrawingParser,
  readCorpus,
  type SetReport,
} from "./corpus/corpus.ts";
export { type CorpusSum, corpusSum, corpusSumOf } from "./corpus/corpus-sum.ts";
export { type Edit, type EditKind, type EditOptions, editKinds, editsOf } from "./corpus/edits.ts";
export { fingerprint } from "./corpus/fingerprint.ts";
export { type FontAt, fontsAt, parserWith } from "./corpus/font-parser.ts";
export { lookOf } from "./corpus/look.ts";
export type { Pair } from "./corpus/look-alikes.ts";
export { findLookAlikes, findManyLookAlikes } from "./corpus/look-alikes.ts";
export { mirror, shift, uniformStrokes } from "./corpus/move.ts";
export { colorName } from "./corpus/recolor.ts";
export { scale } from "./corpus/scale.ts";
export { mayMirror, mirroredCaptions } from "./corpus/sides.ts";
export type { DatasetSplits, Indexed } from "./dataset/dataset.ts";
export {
  drawingOf,
  noCaption,
  type Sample,
  type SampleChoice,
  TokenDataset,
  targetsOf,
} from "./dataset/dataset.ts";
export type { SceneCount } from "./dataset/scenes.ts";
export type { TokenArray, TokenRows } from "./dataset/token-table.ts";
export { TokenTable, TokenTableBuilder } from "./dataset/token-table.ts";
export {
  type MadeSamples,
  type TaskShare,
  type TokenizeOptions,
  tokenizeEntries,
} from "./dataset/tokenize.ts";
export type {
  FilteredEntry,
  LengthSummary,
  TokenizeReport,
  TooLong,
} from "./dataset/tokenize-report.ts";
export { type CaptionScorer, scoredTogether } from "./filters/caption-score.ts";
export { isForeign } from "./filters/language.ts";
export { type CaptionSearch, firstLikeCaptions } from "./filters/near-captions.ts";
export { firstLookAlikes, type Hashed, lookAlikePairs } from "./filters/near-duplicates.ts";
export {
  type Bounds,
  type FilterFault,
  type FilterName,
  type FilterOptions,
  filterNames,
  noFilters,
  outside,
} from "./filters/options.ts";
export {
  bothHashes,
  type ColorLook,
  colorLookOf,
  looksAlike,
  perceptualHash,
} from "./filters/perceptual-hash.ts";
export { type Captions, drawingFault, ownCaptions } from "./filters/row-filters.ts";
export { type JudgedSet, judgeSet, judgesSets, type SetItems } from "./filters/set-filters.ts";
export { type EditCorpusOptions, readEdits } from "./pairs/edit-corpus.ts";
export {
  type PairCorpus,
  type PairCorpusOptions,
  type PairEntry,
  readPairs,
} from "./pairs/pair-corpus.ts";
export type { PairReadOptions } from "./pairs/pair-rows.ts";
export { tokenizePairs } from "./pairs/tokenize-pairs.ts";
export type { PreparedResult } from "./prepared/account.ts";
export { learntFrom } from "./prepared/kept-tokenizer.ts";
export { isPreparedSet, type Manifest, manifest, readManifest } from "./prepared/manifest.ts";
export { openBothSides, openPreparedSet, type PreparedSet } from "./prepared/open.ts";
export type { LearntTexts, PrepareOptions } from "./prepared/options.ts";
export { prepareSet } from "./prepared/prepare.ts";
export { type CaptionOptions, captionOf, writeCaptions } from "./sources/captions.ts";
export { svgFiles } from "./sources/folder.ts";
export { openSource, openSources, packagesOf, type SourceChoice } from "./sources/open.ts";
export { hasPackage } from "./sources/packages.ts";
export type { Rows } from "./sources/source.ts";
export {
  type BadRow,
  type SetFacts,
  type Source,
  SourceError,
  type SourceRow,
} from "./sources/source.ts";
export { readSvgFile } from "./sources/svg-file.ts";
export type { ColumnChoice } from "./sources/tables/columns.ts";
export { readTable } from "./sources/tables/read-table.ts";
export { captionsOfObject } from "./sources/tables/rows.ts";
export { type TableRow, textOf } from "./sources/tables/table.ts";
