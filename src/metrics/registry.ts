/** All metrics, by the names that `evaluate.metrics` calls them. */
import { type MetricName, metricNames } from "../config/index.ts";
import { counts } from "./figures/counts.ts";
import { clipDistances, inceptionDistances } from "./figures/distances.ts";
import { aesthetic, clipPicture, clipText, dino, hps } from "./figures/embeddings.ts";
import { diversity, novelty } from "./figures/novelty.ts";
import { perceptual } from "./figures/perceptual.ts";
import { pixels } from "./figures/pixels.ts";
import { retrieval } from "./figures/retrieval.ts";
import { validity } from "./figures/validity.ts";
import type { Metric } from "./metric.ts";

/** In the order of tables. */
export const metrics: Readonly<Record<MetricName, Metric>> = {
  validity,
  clipText,
  hps,
  aesthetic,
  retrieval,
  clipPicture,
  dino,
  pixels,
  lpips: perceptual,
  inceptionDistances,
  clipDistances,
  novelty,
  diversity,
  counts,
};

export { type MetricName, metricNames };
