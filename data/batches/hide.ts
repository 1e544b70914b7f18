/**
 * Hides tokens of the drawings from the model, though not from the loss: a drawing's beginning tells
 * a small model which drawing of the training set it is, and the rest is then known by heart without
 * a look at the caption. What is hidden has to come from the caption. (Word dropout: Bowman et al. 2016,
 * "Generating Sentences from a Continuous Space".)
 */
import seedrandom from "seedrandom";
import { type Batch, ignoreIndex } from "./batch.ts";

export interface HideOptions {
  /** Share of the tokens, 0 to 1. */
  readonly share: number;
  /** Id of the token that opens a drawing. */
  readonly drawing: number;
  /** What is read in place of a hidden one. */
  readonly pad: number;
  readonly seed: string;
}

/**
 * A batch whose drawings are read with gaps. Captions, the token that opens a drawing and all targets
 * are as they were. Which tokens, follows from the seed and the batch alone.
 */
export function hideTokens(batch: Batch, { share, drawing, pad, seed }: HideOptions): Batch {
  if (share === 0) return batch;
  const random = seedrandom(seed);
  const { positions, segments, targets } = batch;
  const tokens = batch.tokens.slice();
  let within = false;
  for (let place = 0; place < tokens.length; place++) {
    if (positions[place] === 0 || segments[place] === 0) within = false;
    // Of a drawing that is given nothing is hidden.
    const isAnswer = within && targets[place - 1] !== ignoreIndex;
    if (isAnswer && random() < share) tokens[place] = pad;
    else if (tokens[place] === drawing) within = true;
  }
  return { ...batch, tokens };
}
