/**
 * The learned perceptual distance (LPIPS; Zhang et al. 2018, arXiv 1801.03924) from the feature maps of a
 * network's layers: channels of unit length at each place, their squared difference weighed by channel,
 * the mean over places, the sum over layers. As the package `lpips` 0.1.4 computes it.
 */
import { MetricError } from "../errors.ts";

/** What a layer sees of a picture. */
export interface FeatureMap {
  readonly channels: number;
  /** `[channels][places]`, places being rows times columns. */
  readonly data: Float32Array;
}

const epsilon = 1e-10;

/** Of red, green and blue between -1 and 1, as `lpips` shifts and scales them for the network. */
export const lpipsShift = [-0.03, -0.088, -0.188] as const;
export const lpipsScale = [0.458, 0.448, 0.45] as const;

/**
 * @param weights by layer, `[channels]`.
 * @throws MetricError where layers or channels do not fit.
 */
export function perceptualDistance(
  a: readonly FeatureMap[],
  b: readonly FeatureMap[],
  weights: readonly Float32Array[],
): number {
  if (a.length !== weights.length || b.length !== weights.length) {
    throw new MetricError(`${a.length} layers of features for ${weights.length} of weights`);
  }
  return weights.reduce(
    (sum, weight, layer) => sum + layerDistance(a[layer]!, b[layer]!, weight),
    0,
  );
}

function layerDistance(a: FeatureMap, b: FeatureMap, weight: Float32Array): number {
  const { channels } = a;
  if (channels !== weight.length || a.data.length !== b.data.length) {
    throw new MetricError(`${channels} channels of features for ${weight.length} of weights`);
  }
  const places = a.data.length / channels;
  const [lengthsA, lengthsB] = [lengthsOf(a, places), lengthsOf(b, places)];
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let place = 0; place < places; place++) {
      const at = channel * places + place;
      const x = a.data[at]! / (lengthsA[place]! + epsilon);
      const y = b.data[at]! / (lengthsB[place]! + epsilon);
      sum += weight[channel]! * (x - y) ** 2;
    }
  }
  return sum / places;
}

function lengthsOf({ channels, data }: FeatureMap, places: number): Float64Array {
  const squares = new Float64Array(places);
  for (let channel = 0; channel < channels; channel++) {
    for (let place = 0; place < places; place++) {
      squares[place]! += data[channel * places + place]! ** 2;
    }
  }
  return squares.map(Math.sqrt);
}
