/** What turns pictures, and captions, into vectors. */

import type { FeatureMap } from "../pictures/perceptual-distance.ts";
import type { Picture } from "../pictures/picture.ts";

export interface PictureEncoder {
  /** Pixels of a side of the pictures that it takes. */
  readonly size: number;
  /** `[width]`, of no fixed length. */
  picture(picture: Picture): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** A CLIP: captions and pictures that belong together lie together. */
export interface PairEncoder extends PictureEncoder {
  /** `[width]`, as wide as those of pictures. */
  text(caption: string): Promise<Float32Array>;
}

/** What a network's layers see of a picture, with the weights of their channels. */
export interface LayerEncoder {
  readonly size: number;
  readonly weights: readonly Float32Array[];
  layers(picture: Picture): Promise<readonly FeatureMap[]>;
  dispose(): Promise<void>;
}
