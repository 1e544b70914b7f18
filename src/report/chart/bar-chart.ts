/** Bars over classes of lengths, as an SVG that takes the page's colours. */
import { escapeMarkup, formatCount } from "../format.ts";

export interface Bars {
  readonly title: string;
  /** Under the axis. */
  readonly label: string;
  readonly bars: readonly {
    /** Under the bar; empty for none. */
    readonly name: string;
    readonly count: number;
    /** Drawn in the second colour, as what is left out. */
    readonly isOut: boolean;
  }[];
}

const [width, height, left, bottom, top] = [960, 300, 64, 46, 14];

export function barChart({ title, label, bars }: Bars): string {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = niceStep(most / 4);
  const highest = Math.ceil(most / step) * step;
  const room = height - bottom - top;
  const y = (count: number) => top + room * (1 - count / highest);
  const slot = (width - left - 8) / Math.max(1, bars.length);
  const lines = Array.from({ length: Math.round(highest / step) + 1 }, (_, i) => {
    const at = y(i * step).toFixed(1);
    return `<line x1="${left}" x2="${width - 8}" y1="${at}" y2="${at}" stroke="var(--rule)"/><text x="${left - 8}" y="${at}" dy=".35em" text-anchor="end">${formatCount(i * step)}</text>`;
  });
  const shown = bars.map(({ name, count, isOut }, index) => {
    const x = left + index * slot;
    const colour = isOut ? "var(--series-2)" : "var(--series-1)";
    const bar = `<rect x="${(x + 1).toFixed(1)}" y="${y(count).toFixed(1)}" width="${Math.max(1, slot - 2).toFixed(1)}" height="${(y(0) - y(count)).toFixed(1)}" fill="${colour}"><title>${escapeMarkup(`${name}: ${formatCount(count)}`)}</title></rect>`;
    const every = Math.ceil(bars.length / 16);
    const text =
      index % every === 0
        ? `<text x="${(x + slot / 2).toFixed(1)}" y="${height - bottom + 18}" text-anchor="middle">${escapeMarkup(name)}</text>`
        : "";
    return bar + text;
  });
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(title)}" font-size="12" fill="var(--muted)">${lines.join("")}${shown.join("")}<text x="${(left + width) / 2}" y="${height - 6}" text-anchor="middle">${escapeMarkup(label)}</text></svg>`;
}

/** 1, 2 or 5 times a power of ten, at least 1. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  return [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? power;
}
