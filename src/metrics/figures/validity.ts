/** Whether there is a drawing at all: read, rendered, not blank, ended by the system itself. */

import { each, type Figure, type Metric, notRun } from "../metric.ts";
import { paint } from "../pictures/picture.ts";

/** Pixels of a side, in which a hairline still shows. */
const size = 96;

const share = { unit: "%", digits: 1, better: "higher" } as const;
const figures: readonly Figure[] = [
  {
    ...{ key: "parses", label: "Parses", ...share },
    about: "SVG that can be read, of all captions.",
  },
  {
    ...{ key: "renders", label: "Renders", ...share },
    about: "Gives a picture by resvg: the success rate of SArena and OmniSVG.",
  },
  {
    ...{ key: "notBlank", label: "Not blank", ...share },
    about: "Its picture on white is not of one colour alone.",
  },
  {
    ...{ key: "ended", label: "Ends by itself", ...share },
    about:
      "The system ended it; it was not cut off, nor made to end by the grammar for want of room.",
  },
];

export const validity: Metric = {
  figures,
  measure(set) {
    const pictures = set.drawings.map(({ svg }) => (svg === null ? null : paint(svg, size)));
    const ended = set.drawings.map((drawing) => drawing.ended);
    return [
      each(set.drawings.map((_, index) => Number(set.parsed(index) !== null))),
      each(pictures.map((picture) => Number(picture !== null))),
      each(pictures.map((picture) => Number(picture?.blank === false))),
      ended.every((each) => each === null)
        ? notRun("the system does not say how its drawings ended")
        : each(ended.map((by) => (by === null ? null : Number(by)))),
    ];
  },
};
