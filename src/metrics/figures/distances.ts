/** How far the pictures of a system, taken together, are from real ones: Fréchet and kernel distance. */

import seedrandom from "seedrandom";
import type { PictureEncoder } from "../encoders/encoder.ts";
import type { Features } from "../features/frechet.ts";
import { frechetDistance } from "../features/frechet.ts";
import { distanceWithin, kernelsOf } from "../features/kernel-distance.ts";
import type { JudgedSet } from "../judged-set.ts";
import { type Figure, type Measured, type Metric, noneRun } from "../metric.ts";
import { paint } from "../pictures/picture.ts";

/** Resamples of drawings for a deviation, and beyond how many drawings they take too long. */
const kernelResamples = 100;
const frechetResamples = 40;
const mostResampled = 600;

const tooFew = "two real pictures that render and two drawings are the least";

function distances(name: "inception" | "clip", figures: readonly [Figure, Figure]): Metric {
  return {
    figures,
    async measure(set): Promise<Measured[]> {
      const { encoders, pictures, seed } = set.with;
      const missing = encoders.missing(name);
      if (missing !== null) return noneRun({ figures }, missing);
      const real = pictures?.length ?? set.referenced;
      if (real < 2 || set.drawings.length < 2) {
        return noneRun({ figures }, tooFew);
      }
      const model = name === "clip" ? await encoders.pair(name) : await encoders.pictures(name);
      const made = await set.madeFeatures(name, model);
      const paired = await realFeatures(set, name, model);
      const [known, own] =
        pictures === null ? [paired, made.filter((_, i) => paired[i] !== null)] : [paired, made];
      const reals = known.filter((features) => features !== null);
      // References that do not render are known only now.
      if (reals.length < 2 || own.length < 2) return noneRun({ figures }, tooFew);
      return both(reals, own, pictures === null, `${seed}/${name}`);
    },
  };
}

async function realFeatures(set: JudgedSet, name: string, model: PictureEncoder) {
  const { pictures } = set.with;
  if (pictures === null) return set.realFeatures(name, model);
  const found: (Float32Array | null)[] = [];
  for (const picture of pictures) {
    const painted = paint(picture, model.size);
    found.push(painted === null ? null : await model.picture(painted));
  }
  return found;
}

/** @param paired whether the two are of the same captions, and drawn again together. */
function both(real: Features, made: Features, paired: boolean, seed: string): Measured[] {
  const kernels = kernelsOf(real, made);
  const random = seedrandom(seed);
  const some = (count: number) => Array.from({ length: count }, () => Math.floor(random() * count));
  const resampled = (times: number, of: (a: number[], b: number[]) => number) => {
    if (Math.max(real.length, made.length) > mostResampled) return null;
    return deviationOf(
      Array.from({ length: times }, () => {
        const rows = some(real.length);
        return of(rows, paired ? rows : some(made.length));
      }),
    );
  };
  const count = made.length;
  return [
    {
      ...{ kind: "whole" as const, count },
      value: frechetDistance(real, made),
      deviation: resampled(frechetResamples, (a, b) =>
        frechetDistance(
          a.map((i) => real[i]!),
          b.map((i) => made[i]!),
        ),
      ),
    },
    {
      ...{ kind: "whole" as const, count },
      value: distanceWithin(kernels),
      deviation: resampled(kernelResamples, (a, b) => distanceWithin(kernels, a, b)),
    },
  ];
}

export function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / Math.max(1, values.length - 1));
}

const lower = { unit: "", better: "lower" } as const;
const biased =
  "The fewer the pictures, the larger it is, so that it compares systems of one set alone";

export const inceptionDistances = distances("inception", [
  {
    ...{ key: "fid", label: "FID", digits: 2, ...lower },
    about: `Fréchet distance of InceptionV3's features from those of real pictures (Heusel et al. 2017). ${biased}.`,
  },
  {
    ...{ key: "kid", label: "KID", digits: 4, ...lower },
    about:
      "Kernel distance of the same features (Bińkowski et al. 2018), unbiased; about 0 is equal.",
  },
]);

export const clipDistances = distances("clip", [
  {
    ...{ key: "fidClip", label: "FID, CLIP", digits: 2, ...lower },
    about: `Fréchet distance of CLIP's features (FID-C of SArena). ${biased}.`,
  },
  {
    ...{ key: "kidClip", label: "KID, CLIP", digits: 4, ...lower },
    about: "Kernel distance of CLIP's features, unbiased; about 0 is equal.",
  },
]);
