/** What drawings are judged by: metrics, each once, for evaluation and for rewards. */
export { AestheticPredictor } from "./encoders/aesthetic-predictor.ts";
export type { LayerEncoder, PairEncoder, PictureEncoder } from "./encoders/encoder.ts";
export { Encoders, type MetricWeights, noWeights } from "./encoders/encoders.ts";
export { openLayerEncoder, openPictureEncoder } from "./encoders/onnx-pictures.ts";
export { clipOnnxFiles, openClip } from "./encoders/open-clip.ts";
export { MetricError } from "./errors.ts";
export { type Features, frechetDistance } from "./features/frechet.ts";
export { kernelDistance } from "./features/kernel-distance.ts";
export { cosine } from "./features/vectors.ts";
export {
  type ComparedWith,
  type JudgedDrawing,
  JudgedSet,
  type TrainedDrawings,
} from "./judged-set.ts";
export type { Figure, Measured, Metric } from "./metric.ts";
export { type FeatureMap, perceptualDistance } from "./pictures/perceptual-distance.ts";
export { blackPicture, type Picture, paint } from "./pictures/picture.ts";
export { greyOf, meanSquaredError, peakSignalToNoise } from "./pictures/pixel-metrics.ts";
export { type GreyPicture, ssim } from "./pictures/ssim.ts";
export { type MetricName, metricNames, metrics } from "./registry.ts";
export { pairedDifference, type Score, scoreDrawings } from "./score.ts";
export { trainedDrawings } from "./trained-looks.ts";
