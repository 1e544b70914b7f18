/** How good a model is: held-out figures and the baselines beside them. */
export { type Estimate, estimateMean } from "./bootstrap.ts";
export {
  type CaptionAccuracy,
  type CaptionAccuracyOptions,
  type CaptionedExample,
  type CaptionFigures,
  measureCaptions,
} from "./caption-accuracy.ts";
export {
  type CaptionedTokens,
  type CaptionRank,
  type CaptionRankOptions,
  pick,
  rankCaptions,
} from "./caption-rank.ts";
export {
  type ChangeAccuracy,
  type ChangeAccuracyOptions,
  type ChangeFigures,
  measureChanges,
  scoreChanges,
} from "./change-accuracy.ts";
export {
  type ChangeQuestion,
  type ChangeTask,
  changeQuestions,
  type QuestionOptions,
} from "./change-questions.ts";
export { type CommonDrawing, commonDrawings, samplesOf } from "./common-drawings.ts";
export { type ContrastOptions, contrastCaptions } from "./contrasts.ts";
export { drawingLogLikelihoods } from "./likelihood.ts";
export {
  chosenCaptions,
  type Measure,
  type MeasuredDrawings,
  type MeasureOptions,
  measure,
} from "./measure.ts";
export { NgramModel } from "./ngram.ts";
export { pixelError } from "./pixel-error.ts";
export {
  type CaptionedDrawing,
  chanceOf,
  contentWords,
  IconSet,
  type Likeness,
  likeness,
  nameIn,
  otherDesigner,
  pictureOf,
  type RealIcon,
  type Resemblance,
  type ResemblanceFigures,
  resemblance,
} from "./resemblance/index.ts";
export {
  type RoundTrip,
  roundTrip,
  type TextSetting,
  type TokenizedDrawing,
  tokenizeSvg,
} from "./round-trip.ts";
export {
  type Baselines,
  type HeldOutScore,
  heldOutScore,
  ngramBaselines,
} from "./score.ts";
