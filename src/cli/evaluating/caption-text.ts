/** Whether a model says rightly what drawings show, in a terminal. */
import type { CaptionAccuracy, CaptionFigures } from "../../evaluate/index.ts";
import { formatCount, formatSeconds } from "../../report/index.ts";
import { aligned } from "../terminal.ts";

/** Drawings that are listed with what is said of them. */
const listed = 12;

export function captionText(accuracy: CaptionAccuracy): string {
  const { drawings, model, nearest, chance, examples, seconds } = accuracy;
  const rows = [
    ["  captions of", "exact", "shares a word"],
    row("this model", model),
    row("nearest training drawing", nearest),
    ["  any training drawing", percent(chance.exact), percent(chance.sharedWord)],
  ];
  const said = examples
    .slice(0, listed)
    .map(({ written, names, nearest: near }) => [
      `  ${written}`,
      names.slice(0, 3).join(" / "),
      near,
    ]);
  return [
    `  captions of ${formatCount(drawings)} held-out drawings (95 % intervals by bootstrap)`,
    aligned(rows),
    "",
    aligned([["  it says", "the drawing's names", "the nearest training drawing's"], ...said]),
    `  written in ${formatSeconds(seconds)}`,
  ].join("\n");
}

function row(name: string, { exact, sharedWord }: CaptionFigures): string[] {
  return [`  ${name}`, share(exact), share(sharedWord)];
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

function share({ value, low, high }: CaptionFigures["exact"]): string {
  return `${percent(value)} (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)})`;
}
