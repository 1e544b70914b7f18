/** How good a model is: held-out figures and the baselines beside them. */
export { NgramModel } from "./ngram.ts";
export {
  type Baselines,
  type HeldOutScore,
  heldOutScore,
  ngramBaselines,
  scoreNgram,
} from "./score.ts";
