/** LPIPS to the reference. */
import { each, type Figure, type Metric, noneRun } from "../metric.ts";
import { perceptualDistance } from "../pictures/perceptual-distance.ts";
import { noReferences } from "./pixels.ts";

const figures: readonly Figure[] = [
  {
    ...{ key: "lpips", label: "LPIPS", unit: "", digits: 3, better: "lower" as const },
    about: "Learned perceptual distance from the reference (Zhang et al. 2018); 0 is equal.",
  },
];

export const perceptual: Metric = {
  figures,
  async measure(set) {
    const { encoders } = set.with;
    const reason = encoders.missing("lpips") ?? (set.referenced === 0 ? noReferences : null);
    if (reason !== null) return noneRun({ figures }, reason);
    const network = await encoders.layers();
    const values: (number | null)[] = [];
    for (const index of set.drawings.keys()) {
      const real = set.real(index, network.size);
      if (real === null) {
        values.push(null);
        continue;
      }
      const made = await network.layers(set.made(index, network.size));
      values.push(perceptualDistance(made, await network.layers(real), network.weights));
    }
    return [each(values)];
  },
};
