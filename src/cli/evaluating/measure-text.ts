/** The measure of likeness in a terminal. */
import type { Estimate, Measure, Resemblance } from "../../evaluate/index.ts";
import { formatCount, formatSeconds } from "../../report/index.ts";
import { aligned } from "../terminal.ts";

export function measureText(measure: Measure): string {
  const { trained, heldOut, designer, captionRank, bitsPerDrawing } = measure;
  const rows = [
    ...(trained === null ? [] : [row("captions trained on", trained)]),
    ...(heldOut === null ? [] : [row("held-out captions", heldOut)]),
    ...(designer === null ? [] : [row("another designer", designer)]),
    ...(trained === null && heldOut === null ? [] : [chanceRow((trained ?? heldOut)!)]),
  ];
  const head = ["", "drawings", "hit@1", "hit@5", "MRR", "shares a word"].map((name, i) =>
    i === 0 ? "  drawn for" : name,
  );
  const unrendered = (trained?.unrendered ?? 0) + (heldOut?.unrendered ?? 0);
  return [
    `  likeness, against ${formatCount(measure.icons)} real icons (95 % intervals by bootstrap)`,
    aligned([head, ...rows]),
    ...(designer === null ? [`  ${withoutDesigner}`] : []),
    ...(unrendered > 0 ? [`  ${unrendered} drawings show nothing and count as misses`] : []),
    ...(captionRank === null
      ? []
      : [
          `  the true caption of ${formatCount(captionRank.drawings)} held-out drawings among ${captionRank.captions}, by likelihood: top-1 ${share(captionRank.top1)} (chance ${percent(captionRank.chance.top1)}), MRR ${decimal(captionRank.mrr)} (chance ${captionRank.chance.mrr.toFixed(3)})`,
        ]),
    ...(bitsPerDrawing === null
      ? []
      : [
          `  held-out bits a drawing: ${bitsPerDrawing.value.toFixed(1)} (${bitsPerDrawing.low.toFixed(1)} to ${bitsPerDrawing.high.toFixed(1)})`,
        ]),
    `  drawn in ${formatSeconds(measure.seconds)}`,
  ].join("\n");
}

const withoutDesigner =
  "another designer: none to compare with (needs the package @tabler/icons, and icons of the same names)";

function row(name: string, { drawings, hit1, hit5, mrr, sharedWord }: Resemblance): string[] {
  return [
    `  ${name}`,
    formatCount(drawings),
    share(hit1),
    share(hit5),
    decimal(mrr),
    share(sharedWord),
  ];
}

function chanceRow({ chance }: Resemblance): string[] {
  const { hit1, hit5, mrr, sharedWord } = chance;
  return ["  chance", "", percent(hit1), percent(hit5), mrr.toFixed(3), percent(sharedWord)];
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

function share({ value, low, high }: Estimate): string {
  return `${percent(value)} (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)})`;
}

function decimal({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
