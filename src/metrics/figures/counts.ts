/** What a drawing costs and consists of. */
import type { DrawingElement } from "../../../svg/index.ts";
import { each, type Figure, type Metric, notRun } from "../metric.ts";

const plain = { unit: "", digits: 1, better: null } as const;
const figures: readonly Figure[] = [
  { ...plain, key: "tokens", label: "Tokens", about: "Of the system's own tokenizer, a drawing." },
  {
    ...{ key: "seconds", label: "Time", unit: "s", digits: 2, better: "lower" as const },
    about: "Seconds a drawing, of a batch the share of each by its tokens.",
  },
  { ...plain, key: "bytes", label: "Bytes", digits: 0, about: "Of the SVG as it was written." },
  { ...plain, key: "elements", label: "Elements", about: "Shapes that are painted." },
  { ...plain, key: "paths", label: "Paths", about: "Shapes of them that are paths." },
  { ...plain, key: "commands", label: "Path commands", about: "Of all paths together." },
];

export const counts: Metric = {
  figures,
  measure(set) {
    const { drawings } = set;
    const shapes = drawings.map((_, index) => {
      const parsed = set.parsed(index);
      return parsed === null ? null : shapesOf(parsed.elements);
    });
    const told = (key: "tokens" | "seconds") => {
      const values = drawings.map((drawing) => drawing[key]);
      return values.every((value) => value === null)
        ? notRun(`the system does not say the ${key} of its drawings`)
        : each(values);
    };
    return [
      told("tokens"),
      told("seconds"),
      each(drawings.map(({ svg }) => (svg === null ? null : Buffer.byteLength(svg)))),
      each(shapes.map((found) => found?.length ?? null)),
      each(shapes.map((found) => found?.filter(({ kind }) => kind === "path").length ?? null)),
      each(
        shapes.map(
          (found) =>
            found?.reduce(
              (sum, shape) => sum + (shape.kind === "path" ? shape.commands.length : 0),
              0,
            ) ?? null,
        ),
      ),
    ];
  },
};

type Shape = Exclude<DrawingElement, { readonly kind: "group" }>;

function shapesOf(elements: readonly DrawingElement[]): Shape[] {
  const found: Shape[] = [];
  const left = [...elements].reverse();
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.kind === "group") left.push(...[...next.children].reverse());
    else found.push(next);
  }
  return found;
}
