/** Finds the real icon of a caption, to be shown beside the one that a model drew. */
import { drawingOf, type TokenDataset } from "../../../data/index.ts";
import type { CanonicalOptions, Drawing } from "../../../svg/index.ts";
import type { Config } from "../../config/index.ts";
import { nameIn } from "../../evaluate/index.ts";
import { type PreparedData, readDrawings } from "../prepare-data.ts";

export interface RealDrawing {
  readonly drawing: Drawing;
  readonly known: "trained" | "held out";
}

export class RealDrawings {
  /** By caption, whole or up to its first comma; of several drawings the first. */
  readonly #found = new Map<string, () => RealDrawing>();

  /** Of captions that were said before, the first drawing stays. */
  add(captions: readonly string[], find: () => RealDrawing): void {
    for (const key of [...captions.map(keyOf), ...captions.map(nameIn)]) {
      if (!this.#found.has(key)) this.#found.set(key, find);
    }
  }

  find(caption: string): RealDrawing | null {
    return this.#found.get(keyOf(caption))?.() ?? null;
  }
}

function keyOf(caption: string): string {
  return caption.trim().toLowerCase();
}

/** Those of a run's tokenized data. */
export function realDrawingsIn({ train, heldOut, tokenizer }: PreparedData): RealDrawings {
  const real = new RealDrawings();
  const add = (dataset: TokenDataset, known: RealDrawing["known"]) => {
    for (let sample = 0; sample < dataset.size; sample++) {
      real.add(dataset.captions(sample), () => {
        return { drawing: tokenizer.decode(drawingOf(dataset.plain(sample))), known };
      });
    }
  };
  add(train, "trained");
  add(heldOut, "held out");
  return real;
}

/** Those of a configuration's data, read anew. @throws SourceError */
export async function realDrawingsOf(
  { data }: Config,
  canonical: CanonicalOptions,
): Promise<RealDrawings> {
  const { train, heldOut } = await readDrawings(data, canonical);
  const real = new RealDrawings();
  for (const { captions, drawing } of train) {
    real.add(captions, () => ({ drawing, known: "trained" }));
  }
  for (const { captions, drawing } of heldOut) {
    real.add(captions, () => ({ drawing, known: "held out" }));
  }
  return real;
}
