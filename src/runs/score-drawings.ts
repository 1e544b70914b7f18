/** How like their icons a model's drawings are, while it trains: what `train.bestMetric` may rank by. */
import { drawingOf } from "../../data/index.ts";
import type { Model } from "../../models/index.ts";
import type { Config } from "../config/index.ts";
import { chosenCaptions, IconSet, type RealIcon, resemblance } from "../evaluate/index.ts";
import { SvgGenerator } from "../generate/index.ts";
import { drawOptions } from "./options.ts";
import type { PreparedData } from "./prepare-data.ts";

export interface DrawingScore {
  /** The lower the better. */
  readonly score: number;
  readonly figures: Readonly<Record<"hit1" | "hit5" | "mrr" | "sharedWord", number>>;
}

/**
 * Draws `evaluate.drawn` captions that are trained on, the same ones at every call, and compares them
 * with all real icons that the model can hold. Null where the loss decides.
 * @param context longest sequence in tokens
 */
export function drawingScorer(
  config: Config,
  { train, heldOut, tokenizer }: PreparedData,
  model: Model,
  context: number,
): (() => DrawingScore) | null {
  const { bestMetric } = config.train;
  const { drawn, seed } = config.evaluate;
  if (bestMetric === "loss" || drawn === 0) return null;
  let icons: IconSet | null = null;
  const captions = chosenCaptions(train, drawn, `${seed}/trained`);
  return () => {
    icons ??= new IconSet(iconsOf({ train, heldOut, tokenizer }));
    const made = new SvgGenerator(model, tokenizer).draw(captions, {
      ...drawOptions(config.generate, context),
      candidates: 1,
    });
    const drawings = made.map(({ prompt, drawing }) => ({ caption: prompt, drawing }));
    const { hit1, hit5, mrr, sharedWord } = resemblance(drawings, icons, seed);
    const figures = {
      hit1: hit1.value,
      hit5: hit5.value,
      mrr: mrr.value,
      sharedWord: sharedWord.value,
    };
    return { score: -figures[bestMetric], figures };
  };
}

function* iconsOf(data: Pick<PreparedData, "train" | "heldOut" | "tokenizer">): Iterable<RealIcon> {
  for (const dataset of [data.train, data.heldOut]) {
    for (let sample = 0; sample < dataset.size; sample++) {
      const drawing = data.tokenizer.decode(drawingOf(dataset.plain(sample)));
      yield { captions: dataset.captions(sample), drawing };
    }
  }
}
