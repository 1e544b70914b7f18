/** What CLIP, DINO, HPS v2 and the aesthetic predictor say of single drawings. */
import type { Encoders } from "../encoders/encoders.ts";
import { cosine, unitVector } from "../features/vectors.ts";
import type { JudgedSet } from "../judged-set.ts";
import { each, type Figure, type Measured, type Metric, notRun } from "../metric.ts";
import { noReferences } from "./pixels.ts";

const higher = { better: "higher" } as const;

function single(
  figure: Figure,
  reasonOf: (set: JudgedSet, encoders: Encoders) => string | null,
  find: (set: JudgedSet, encoders: Encoders) => Promise<(number | null)[]>,
): Metric {
  return {
    figures: [figure],
    async measure(set): Promise<Measured[]> {
      const reason = reasonOf(set, set.with.encoders);
      return [reason === null ? each(await find(set, set.with.encoders)) : notRun(reason)];
    },
  };
}

function textSimilarity(name: "clip" | "hps", figure: Figure, times: number): Metric {
  return single(
    figure,
    (_, encoders) => encoders.missing(name),
    async (set, encoders) => {
      const model = await encoders.pair(name);
      const features = await set.madeFeatures(name, model);
      const texts = new Map<string, Float32Array>();
      const values: number[] = [];
      for (const [index, { caption }] of set.drawings.entries()) {
        const text = texts.get(caption) ?? (await model.text(caption));
        texts.set(caption, text);
        values.push(times * cosine(features[index]!, text));
      }
      return values;
    },
  );
}

function alike(figure: Figure, name: "clip" | "dino", of: (likeness: number) => number): Metric {
  return single(
    figure,
    (set, encoders) => encoders.missing(name) ?? (set.referenced === 0 ? noReferences : null),
    async (set, encoders) => {
      const model = name === "clip" ? await encoders.pair(name) : await encoders.pictures(name);
      const made = await set.madeFeatures(name, model);
      const real = await set.realFeatures(name, model);
      return made.map((own, index) => {
        const reference = real[index] ?? null;
        return reference === null ? null : of(cosine(own, reference));
      });
    },
  );
}

/** 100 times the cosine of caption and picture, as torchmetrics gives it. */
export const clipText = textSimilarity(
  "clip",
  {
    ...{ key: "clipText", label: "CLIP, caption", unit: "", digits: 2, ...higher },
    about:
      "100 times the cosine of caption and picture (CLIPScore's, CLIP-T2I of SArena); LLM4SVG, OmniSVG and the thesis give the cosine itself.",
  },
  100,
);

export const hps = textSimilarity(
  "hps",
  {
    ...{ key: "hps", label: "HPS v2", unit: "", digits: 4, ...higher },
    about:
      "The cosine of caption and picture under HPS v2's CLIP (Wu et al. 2023, arXiv 2306.09341): which of two pictures people would like better.",
  },
  1,
);

export const clipPicture = alike(
  {
    ...{ key: "clipPicture", label: "CLIP, reference", unit: "", digits: 2, ...higher },
    about:
      "100 times the cosine of the drawing's and the reference's picture (CLIP-I2I of SArena).",
  },
  "clip",
  (likeness) => 100 * likeness,
);

export const dino = alike(
  {
    ...{ key: "dino", label: "DINO", unit: "", digits: 4, ...higher },
    about:
      "Likeness to the reference by DINOv2: (1 + cosine) / 2 of the mean over tokens, as StarVector, OmniSVG and SArena give it.",
  },
  "dino",
  (likeness) => (1 + likeness) / 2,
);

export const aesthetic = single(
  {
    ...{ key: "aesthetic", label: "Aesthetic", unit: "", digits: 3, ...higher },
    about:
      "LAION's predictor on CLIP embeddings of the pictures, 1 to 10: how well people like such a picture, whatever was asked for.",
  },
  (_, encoders) => encoders.missing("aesthetic") ?? encoders.missing("clip"),
  async (set, encoders) => {
    const predictor = encoders.aesthetic();
    const features = await set.madeFeatures("clip", await encoders.pair("clip"));
    return features.map((own) => predictor.score(unitVector(own)));
  },
);
