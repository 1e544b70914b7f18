/** Whether a model completes and edits drawings rightly, in a terminal. */
import type { ChangeAccuracy, ChangeFigures } from "../../evaluate/index.ts";
import { formatCount, formatSeconds } from "../../report/index.ts";
import { aligned } from "../terminal.ts";

const what = {
  completion: "completions of held-out drawings from their first half",
  editing: "edits of held-out drawings",
} as const;
const others = {
  completion: "the rest of any training drawing",
  editing: "what another edit leads to",
} as const;

export function changeText({
  task,
  drawings,
  model,
  unchanged,
  chance,
  seconds,
}: ChangeAccuracy): string {
  const rows = [
    ["", "exact", "looks the same", "pixel error"],
    row("this model", model),
    row("what is given, unchanged", unchanged),
    row(others[task], chance),
  ];
  return [
    `  ${formatCount(drawings)} ${what[task]} (95 % intervals by bootstrap)`,
    aligned(rows),
    `  drawn in ${formatSeconds(seconds)}`,
  ].join("\n");
}

function row(name: string, { exact, alike, pixelError }: ChangeFigures): string[] {
  const { value, low, high } = pixelError;
  const error = `${value.toFixed(4)} (${low.toFixed(4)}–${high.toFixed(4)})`;
  return [`  ${name}`, share(exact), share(alike), error];
}

function share({ value, low, high }: ChangeFigures["exact"]): string {
  const ends = `${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}`;
  return `${(100 * value).toFixed(1)} % (${ends})`;
}
