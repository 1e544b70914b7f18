/**
 * The held-out drawings that several models can all hold, so that their losses are over the same:
 * a model of a short context leaves the long drawings out, which are not as easy as the others.
 */
import type { Sample, TokenDataset } from "../../data/index.ts";

/** A drawing and the caption that it is scored after. */
export interface CommonDrawing {
  readonly id: string;
  readonly caption: string;
}

/**
 * What all data sets hold, each with the plainest caption that all of them hold it with.
 * @param datasets of one corpus, tokenized for each model
 */
export function commonDrawings(datasets: readonly TokenDataset[]): CommonDrawing[] {
  const [first, ...others] = datasets.map(captionsById);
  return [...(first ?? [])].flatMap(([id, captions]) => {
    const caption = captions.find((text) =>
      others.every((captionsOf) => captionsOf.get(id)?.includes(text) === true),
    );
    return caption === undefined ? [] : [{ id, caption }];
  });
}

function captionsById(dataset: TokenDataset): Map<string, readonly string[]> {
  return new Map(
    Array.from({ length: dataset.size }, (_, i) => [dataset.id(i), dataset.captions(i)]),
  );
}

/** The samples of chosen drawings, in their order. @throws RangeError for one that is not there. */
export function samplesOf(dataset: TokenDataset, chosen: readonly CommonDrawing[]): Sample[] {
  const places = new Map(Array.from({ length: dataset.size }, (_, i) => [dataset.id(i), i]));
  return chosen.map(({ id, caption: text }) => {
    const sample = places.get(id) ?? -1;
    const caption = sample < 0 ? -1 : dataset.captions(sample).indexOf(text);
    if (caption < 0) throw new RangeError(`the data set has no drawing ${id} of "${text}"`);
    return dataset.get({ sample, caption, drawing: 0 });
  });
}
