/** Whether a model completes and edits drawings rightly, as a section of a run's page. */
import type { ChangeAccuracy, ChangeFigures } from "../../evaluate/index.ts";
import { formatCount } from "../format.ts";

const says = {
  completion: [
    "held-out drawings, completed from the first half of their elements",
    "the rest of any training drawing",
  ],
  editing: ["edits of held-out drawings", "what another edit leads to"],
} as const;

export function changeSection(measured: readonly ChangeAccuracy[]): string {
  return measured.map(changeTable).join("");
}

function changeTable({ task, drawings, model, unchanged, chance }: ChangeAccuracy): string {
  const [what, others] = says[task];
  const head = ["", "exact", "looks the same", "pixel error"];
  const rows = [
    row("this model", model),
    row("what is given, unchanged", unchanged),
    row(others, chance),
  ];
  const table = `<div class="card"><table><thead><tr>${head.map((name) => `<th>${name}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  const note = `${formatCount(drawings)} ${what}, the likeliest answer to each. Exact: the very drawing that was held out; looks the same: nearly, everywhere; pixel error: mean difference of the colour channels. Intervals are those of 95 % by bootstrap.`;
  return `${table}<p class="muted">${note}</p>`;
}

function row(name: string, { exact, alike, pixelError }: ChangeFigures): string {
  const cells = [name, share(exact), share(alike), pixelError.value.toFixed(4)];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function share({ value, low, high }: ChangeFigures["exact"]): string {
  const ends = `${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)}`;
  return `${(100 * value).toFixed(1)} % <small>${ends}</small>`;
}
