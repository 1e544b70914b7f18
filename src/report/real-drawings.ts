/** Finds the real icon of a caption, to be shown beside the one that a model drew. */

import type { Representation } from "../../tokenizer/index.ts";
import type { PreparedData } from "../../trainers/index.ts";
import type { TokenDataset } from "../data/index.ts";
import type { Drawing } from "../svg/index.ts";

export interface RealDrawing {
  readonly drawing: Drawing;
  readonly known: "trained" | "held out";
}

export class RealDrawings {
  readonly #representation: Representation;
  readonly #places = new Map<string, { dataset: TokenDataset; sample: number }>();
  readonly #heldOut: TokenDataset;

  constructor({ train, heldOut, representation }: PreparedData) {
    this.#representation = representation;
    this.#heldOut = heldOut;
    for (const dataset of [heldOut, train]) {
      for (let sample = 0; sample < dataset.size; sample++) {
        for (const caption of dataset.captions(sample)) {
          this.#places.set(caption, { dataset, sample });
        }
      }
    }
  }

  find(caption: string): RealDrawing | null {
    const place = this.#places.get(caption.trim().toLowerCase());
    if (place === undefined) return null;
    const { tokens, drawingStart } = place.dataset.plain(place.sample);
    return {
      drawing: this.#representation.decode(tokens.subarray(drawingStart)),
      known: place.dataset === this.#heldOut ? "held out" : "trained",
    };
  }
}
