/** Whether drawings follow their captions, as a section of a run's page. */
import type { Estimate, Measure, Resemblance } from "../../evaluate/index.ts";
import { formatCount } from "../format.ts";

export function measureSection(measure: Measure | null): string {
  if (measure === null) return `<p class="muted">It was not measured.</p>`;
  const { trained, heldOut, designer, captionRank } = measure;
  const rows = [
    ...(trained === null ? [] : [row("captions trained on", trained)]),
    ...(heldOut === null ? [] : [row("held-out captions", heldOut)]),
    ...(designer === null ? [] : [row("another designer, the same names", designer)]),
    ...[trained ?? heldOut].flatMap((drawn) => (drawn === null ? [] : [chanceRow(drawn)])),
  ];
  const head = ["drawn for", "drawings", "hit@1", "hit@5", "MRR", "shares a word"];
  const heads = head.map((name) => `<th>${name}</th>`).join("");
  const table = `<div class="card"><table><thead><tr>${heads}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  const says = [
    `Each drawing is compared with ${formatCount(measure.icons)} real icons. Hit@1 and hit@5: the icon of that caption is the nearest, or among the nearest five. Shares a word: the nearest icon has a word of the caption in its name. Intervals are those of 95 % by bootstrap.`,
    ...(designer === null
      ? ["The other designer's icons need the package <code>@tabler/icons</code>."]
      : []),
    ...(captionRank === null
      ? []
      : [
          `By the likelihood of a held-out drawing, its caption is the first of ${captionRank.captions} for ${percent(captionRank.top1.value)} of ${captionRank.drawings} drawings (chance ${percent(captionRank.chance.top1)}), with a mean reciprocal rank of ${captionRank.mrr.value.toFixed(3)} (chance ${captionRank.chance.mrr.toFixed(3)}).`,
        ]),
  ];
  return `${table}<p class="muted">${says.join(" ")}</p>`;
}

function row(name: string, { drawings, hit1, hit5, mrr, sharedWord }: Resemblance): string {
  const cells = [share(hit1), share(hit5), decimal(mrr), share(sharedWord)];
  return tableRow([name, formatCount(drawings), ...cells]);
}

function chanceRow({ chance: { hit1, hit5, mrr, sharedWord } }: Resemblance): string {
  const cells = [percent(hit1), percent(hit5), mrr.toFixed(3), percent(sharedWord)];
  return tableRow(["chance", "", ...cells]);
}

function tableRow(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

function share({ value, low, high }: Estimate): string {
  return `${percent(value)} <small>${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}</small>`;
}

function decimal({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} <small>${low.toFixed(2)}–${high.toFixed(2)}</small>`;
}
