/** The end of a training run in a terminal. */
import {
  formatBytes,
  formatCount,
  formatSeconds,
  formatShare,
  lossSince,
  marginOf,
  type RunSummary,
} from "../../report/index.ts";
import { captionText } from "../evaluating/caption-text.ts";
import { changeText } from "../evaluating/change-text.ts";
import { measureText } from "../evaluating/measure-text.ts";
import { columns } from "../terminal.ts";

export function summaryText(
  summary: RunSummary,
  files: readonly (readonly [string, string])[],
): string {
  const { figures: run, data, heldOut, outcome } = summary;
  const ending = endings[outcome] ?? "";
  const repeats =
    data.duplicates === 0 ? "" : `, ${formatCount(data.duplicates)} rows that repeat a drawing`;
  const figures: [string, string][] = [
    ["training", `${formatCount(run.steps)} steps in ${formatSeconds(run.seconds)}${ending}`],
    ["model", `${formatCount(run.parameters)} parameters on ${run.engine}`],
    [
      "speed",
      `${formatCount(run.tokensPerSecond)} tokens/s, ${formatShare(run.shareOfPeak)} of the ${(run.peakFlops / 1e9).toFixed(0)} GFLOP/s measured for matrix products`,
    ],
    ["memory", `${formatBytes(run.peakMemoryBytes)} at most`],
    [
      "data",
      `${formatCount(data.train)} drawings and ${formatCount(data.augmented)} made of them; ${formatCount(data.heldOut)} held out; left out: ${data.bad} not readable, ${data.tooLong} too long, ${data.refused} refused${data.filtered ? `, ${formatCount(data.filtered)} filtered` : ""}${repeats}`,
    ],
  ];
  const measured = [
    ...(summary.measure === null ? [] : ["", measureText(summary.measure)]),
    ...(summary.captions === undefined ? [] : ["", captionText(summary.captions)]),
    ...(summary.changes ?? []).flatMap((each) => ["", changeText(each)]),
  ];
  return ["", columns(figures), "", heldOutText(heldOut), ...measured, "", columns(files)].join(
    "\n",
  );
}

const endings: Readonly<Partial<Record<RunSummary["outcome"], string>>> = {
  "out of time": " (its time was up)",
  "stopped early": " (train.patience was up)",
};

function heldOutText(heldOut: RunSummary["heldOut"]): string {
  if (heldOut === null) return "  nothing was held out, so nothing can be said of new captions";
  const line = (name: string, score: typeof heldOut.decoder): [string, string] => [
    name,
    `${score.natsPerToken.toFixed(3)} nats/token  ${score.bitsPerDrawing.toFixed(0)} bits/drawing`,
  ];
  const margin = marginOf(heldOut);
  const since = lossSince(heldOut);
  const compared = margin >= 0 ? "below" : "above";
  const percent = Math.abs(100 * margin).toFixed(1);
  return [
    `  held-out drawings (${heldOut.decoder.drawings}, best checkpoint of step ${heldOut.step})`,
    columns([
      ...(heldOut.before === null ? [] : [line("before training", heldOut.before)]),
      line("this decoder", heldOut.decoder),
      line("smoothed trigram", heldOut.trigram),
      line("smoothed bigram", heldOut.bigram),
    ]),
    `  the decoder is ${percent} % ${compared} the better n-gram model`,
    ...(since === null ? [] : [`  the held-out loss was ${since}`]),
  ].join("\n");
}
