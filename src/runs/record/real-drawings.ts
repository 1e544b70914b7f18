/** Finds the real icon of a caption, to be shown beside the one that a model drew. */

import type { TokenDataset } from "../../../data/index.ts";
import type { Drawing } from "../../../svg/index.ts";
import type { SvgTokenizer } from "../../../tokenizer/index.ts";
import type { PreparedData } from "../prepare-data.ts";

export interface RealDrawing {
  readonly drawing: Drawing;
  readonly known: "trained" | "held out";
}

export class RealDrawings {
  readonly #tokenizer: SvgTokenizer;
  readonly #positions = new Map<string, { dataset: TokenDataset; sample: number }>();
  readonly #heldOut: TokenDataset;

  constructor({ train, heldOut, tokenizer }: PreparedData) {
    this.#tokenizer = tokenizer;
    this.#heldOut = heldOut;
    for (const dataset of [heldOut, train]) {
      for (let sample = 0; sample < dataset.size; sample++) {
        for (const caption of dataset.captions(sample)) {
          this.#positions.set(caption, { dataset, sample });
        }
      }
    }
  }

  find(caption: string): RealDrawing | null {
    const place = this.#positions.get(caption.trim().toLowerCase());
    if (place === undefined) return null;
    const { tokens, drawingStart } = place.dataset.plain(place.sample);
    return {
      drawing: this.#tokenizer.decode(tokens.subarray(drawingStart)),
      known: place.dataset === this.#heldOut ? "held out" : "trained",
    };
  }
}
