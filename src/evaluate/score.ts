/** Held-out figures: what a model needs to write the drawings that it never saw. */
import { type TokenDataset, targetsOf } from "../../data/index.ts";
import { NgramModel } from "./ngram.ts";

export interface HeldOutScore {
  /** Mean of -ln p over the target tokens. */
  readonly natsPerToken: number;
  /** Mean over the drawings of the sum of -log2 p. */
  readonly bitsPerDrawing: number;
  /** Counted tokens. */
  readonly tokens: number;
  readonly drawings: number;
}

/**
 * Nats a token and bits a drawing, of a sum of nats.
 * @param nats the sum of -ln p over all target tokens.
 * @example
 * const { natsPerToken, bitsPerDrawing } = heldOutScore(5200, 2600, 40);
 */
export function heldOutScore(nats: number, tokens: number, drawings: number): HeldOutScore {
  return {
    natsPerToken: tokens === 0 ? 0 : nats / tokens,
    bitsPerDrawing: drawings === 0 ? 0 : nats / Math.LN2 / drawings,
    tokens,
    drawings,
  };
}

/** Scores an n-gram model on every sample's drawing, the opening token given. */
function scoreNgram(model: NgramModel, dataset: TokenDataset): HeldOutScore {
  let nats = 0;
  let tokens = 0;
  for (let index = 0; index < dataset.size; index++) {
    const sample = dataset.plain(index);
    const [from, to] = targetsOf(sample);
    for (let place = from; place < to; place++) {
      nats -= model.logProbability(sample, place);
      tokens++;
    }
  }
  return heldOutScore(nats, tokens, dataset.size);
}

export interface Baselines {
  readonly bigram: HeldOutScore;
  readonly trigram: HeldOutScore;
}

/**
 * The smoothed bigram and trigram of the training drawings, augmented ones included.
 * @example
 * const { bigram, trigram } = ngramBaselines(dataset, dataset, tokenizer.vocabulary.size);
 * console.log(bigram.bitsPerDrawing, trigram.bitsPerDrawing);
 */
export function ngramBaselines(
  train: TokenDataset,
  heldOut: TokenDataset,
  vocabularySize: number,
): Baselines {
  const score = (order: number) =>
    scoreNgram(new NgramModel(order, everyDrawing(train), vocabularySize), heldOut);
  return { bigram: score(2), trigram: score(3) };
}

function* everyDrawing(dataset: TokenDataset) {
  for (let sample = 0; sample < dataset.size; sample++) {
    for (let drawing = 0; drawing < dataset.drawingCount(sample); drawing++) {
      yield dataset.get({ sample, caption: 0, drawing });
    }
  }
}
