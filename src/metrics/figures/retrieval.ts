/** Whether the reference of a caption is the nearest to its drawing, among all references. */
import { IconSet, likeness } from "../../evaluate/index.ts";
import { each, type Figure, type Measured, type Metric, noneRun } from "../metric.ts";

const share = { unit: "%", digits: 1, better: "higher" } as const;
const figures: readonly Figure[] = [
  {
    ...{ key: "hit1", label: "Hit@1", ...share },
    about: "The caption's reference is the nearest of all by its look (docs/measure.md).",
  },
  { ...{ key: "hit5", label: "Hit@5", ...share }, about: "It is among the nearest five." },
  {
    ...{ key: "mrr", label: "MRR", unit: "", digits: 3, better: "higher" as const },
    about: "Mean of one over its rank.",
  },
  {
    ...{ key: "sharedWord", label: "Shares a word", ...share },
    about: "The caption of the nearest reference shares a word with the drawing's.",
  },
];

/** Of references that are pictures, everything is painted: nothing tells their looks apart. */
const isRaster = (svg: string) => /<image\b/i.test(svg);

export const retrieval: Metric = {
  figures,
  measure(set): Measured[] {
    const real = set.drawings.flatMap(({ caption, reference }) =>
      reference === null || isRaster(reference)
        ? []
        : [{ captions: [caption], drawing: reference }],
    );
    if (real.length < 2) {
      return noneRun({ figures }, "the captions have no reference drawings as SVG to find");
    }
    const icons = new IconSet(real);
    const found = set.drawings.map(({ caption, svg }) =>
      likeness({ caption, drawing: svg }, icons),
    );
    const ranked = (of: (rank: number) => number) =>
      each(found.map(({ rank }) => (rank === null ? null : of(rank))));
    return [
      ranked((rank) => Number(rank === 1)),
      ranked((rank) => Number(rank <= 5)),
      ranked((rank) => 1 / rank),
      each(found.map(({ sharedWord }) => Number(sharedWord))),
    ];
  },
};
