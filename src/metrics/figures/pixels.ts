/** How like the reference a drawing is, pixel by pixel. */
import { each, type Figure, type Measured, type Metric, noneRun } from "../metric.ts";
import { greyOf, meanSquaredError, peakSignalToNoise } from "../pictures/pixel-metrics.ts";
import { ssim } from "../pictures/ssim.ts";

/** Pixels of a side. */
const size = 224;

const figures: readonly Figure[] = [
  {
    ...{ key: "ssim", label: "SSIM", unit: "", digits: 3, better: "higher" as const },
    about:
      "Structural similarity to the reference (Wang et al. 2004), in grey at 224 pixels, windows of 11 under a Gaussian of 1.5; 1 is equal.",
  },
  {
    ...{ key: "mse", label: "MSE", unit: "", digits: 4, better: "lower" as const },
    about: "Mean squared difference of red, green and blue of 0 to 1 from the reference.",
  },
  {
    ...{ key: "psnr", label: "PSNR", unit: "dB", digits: 2, better: "higher" as const },
    about: "Peak signal-to-noise ratio of the same, 100 at most.",
  },
];

export const pixels: Metric = {
  figures,
  measure(set): Measured[] {
    if (set.referenced === 0) return noneRun({ figures }, noReferences);
    const found = set.drawings.map((_, index) => {
      const real = set.real(index, size);
      if (real === null) return null;
      const made = set.made(index, size);
      const error = meanSquaredError(made.data, real.data, 255);
      return [ssim(greyOf(made), greyOf(real)), error, peakSignalToNoise(error)];
    });
    return figures.map((_, figure) => each(found.map((values) => values?.[figure] ?? null)));
  },
};

export const noReferences = "the captions have no reference drawings";
