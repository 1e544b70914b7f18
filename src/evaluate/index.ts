/** How good a model is: held-out figures and the baselines beside them. */
export { NgramModel } from "./ngram.ts";
export { pixelError } from "./pixel-error.ts";
export { type RoundTrip, roundTrip, type TokenizedDrawing, tokenizeSvg } from "./round-trip.ts";
export {
  type Baselines,
  type HeldOutScore,
  heldOutScore,
  ngramBaselines,
  scoreNgram,
} from "./score.ts";
