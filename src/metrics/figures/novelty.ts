/** Whether a system draws anew: unlike what it was trained on, and one drawing unlike the next. */
import seedrandom from "seedrandom";
import { printDrawing } from "../../../svg/index.ts";
import { pictureOf } from "../../evaluate/index.ts";
import { each, type Figure, type Measured, type Metric, noneRun, notRun } from "../metric.ts";
import { deviationOf } from "./distances.ts";

const noveltyFigures: readonly Figure[] = [
  {
    ...{ key: "novelty", label: "Novelty", unit: "", digits: 3, better: null },
    about:
      "1 less the cosine of a drawing's look (docs/measure.md) with the nearest training drawing's; 0 repeats one.",
  },
  {
    ...{ key: "copies", label: "Copies", unit: "%", digits: 1, better: "lower" as const },
    about: "The very drawing, on the grid, of a training drawing.",
  },
];

export const novelty: Metric = {
  figures: noveltyFigures,
  measure(set): Measured[] {
    const { trained } = set.with;
    if (trained === null) {
      return noneRun(
        { figures: noveltyFigures },
        "what the system was trained on is not known: a run knows it, where no key of data is given anew",
      );
    }
    return [
      each(
        set.drawings.map(({ svg }) => {
          const nearest = svg === null ? null : trained.nearest(svg);
          return nearest === null ? null : 1 - nearest;
        }),
      ),
      each(set.drawings.map(({ svg }) => (svg === null ? null : Number(trained.holds(svg))))),
    ];
  },
};

const resamples = 100;
/** Drawings that are compared with each other, at most. */
const most = 1000;

export const diversity: Metric = {
  figures: [
    {
      ...{ key: "diversity", label: "Diversity", unit: "", digits: 3, better: null },
      about: "1 less the mean cosine of the looks of two drawings of different captions.",
    },
    {
      ...{ key: "unique", label: "Unique", unit: "%", digits: 1, better: "higher" as const },
      about:
        "Of the drawings that can be read, those that are the first of their kind on the grid.",
    },
  ],
  measure(set): Measured[] {
    const looks = set.drawings.slice(0, most).flatMap(({ svg, caption }) => {
      const picture = svg === null ? null : pictureOf(svg);
      return picture === null ? [] : [{ caption, picture }];
    });
    const seen = new Set<string>();
    const first = set.drawings.map((_, index) => {
      const parsed = set.parsed(index);
      if (parsed === null) return null;
      const text = printDrawing(parsed);
      const isFirst = !seen.has(text);
      seen.add(text);
      return Number(isFirst);
    });
    return [spread(looks, `${set.with.seed}/diversity`), each(first)];
  },
};

interface Look {
  readonly caption: string;
  readonly picture: Float32Array;
}

function spread(looks: readonly Look[], seed: string): Measured {
  const apart = looks.map((a) =>
    Float64Array.from(looks, (b) =>
      a.caption === b.caption
        ? Number.NaN
        : 1 - a.picture.reduce((sum, value, i) => sum + value * b.picture[i]!, 0),
    ),
  );
  const mean = (rows: readonly number[]) => {
    let [sum, pairs] = [0, 0];
    for (const i of rows) {
      for (const j of rows) {
        const distance = apart[i]![j]!;
        if (Number.isNaN(distance)) continue;
        sum += distance;
        pairs++;
      }
    }
    return pairs === 0 ? null : sum / pairs;
  };
  const value = mean([...looks.keys()]);
  if (value === null) return notRun("there are no two captions whose drawings show something");
  const random = seedrandom(seed);
  const again = Array.from({ length: resamples }, () =>
    mean(looks.map(() => Math.floor(random() * looks.length))),
  ).filter((found) => found !== null);
  const deviation = again.length < 2 ? null : deviationOf(again);
  return { kind: "whole", value, deviation, count: looks.length };
}
