/**
 * A figure over the swept key: a point for each seed, a line through the means, and a band of one
 * standard deviation to both sides.
 */
import { linearScale, type Scale } from "../chart/scale.ts";
import { escapeMarkup } from "../format.ts";
import { type Comparison, type Metric, statisticIn, titleOf } from "./comparison.ts";
import type { Layout, Line } from "./layout-of.ts";
import type { Statistic } from "./statistic.ts";

const width = 480;
const height = 300;
const margin = { left: 66, right: 18, top: 34, bottom: 46 };
const ink = "var(--ink, #1f2933)";
const muted = "var(--muted, #67717e)";
const rule = "var(--rule, #e3e7ec)";

interface Mark {
  readonly x: number;
  readonly statistic: Statistic;
  readonly values: readonly number[];
}

/** @param paper whether a background is drawn, for a picture that stands alone. */
export function groupChart(
  comparison: Comparison,
  metric: Metric,
  layout: Layout,
  paper = false,
): string {
  const lines = layout.lines.map((line) => ({ line, marks: marksOf(comparison, metric, line) }));
  const marks = lines.flatMap((each) => each.marks);
  const y = linearScale(
    marks.flatMap(({ values, statistic: { mean, deviation } }) => [
      ...values,
      mean - (deviation ?? 0),
      mean + (deviation ?? 0),
      // A figure that is nothing everywhere stands on the ground, not between two signs.
      ...(mean === 0 ? [1] : []),
    ]),
    [height - margin.bottom, margin.top],
    5,
  );
  const x = (at: number) =>
    margin.left + inset + at * (width - margin.left - margin.right - 2 * inset);
  const title = titleOf(metric);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"`,
    ` aria-label="${escapeMarkup(`${title} by ${layout.label}`)}" font-family="system-ui, sans-serif" font-size="12">`,
    paper ? `<rect width="${width}" height="${height}" fill="#ffffff"/>` : "",
    `<text x="${margin.left}" y="18" font-size="13" font-weight="600" fill="${ink}">${escapeMarkup(title)}</text>`,
    axes(layout, x, y),
    ...lines.map(({ line, marks: of }) => series(line, of, x, y)),
    "</svg>",
  ].join("");
}

/** Room between the axes' ends and the outermost values. */
const inset = 22;

function marksOf({ groups }: Comparison, metric: Metric, { members }: Line): Mark[] {
  return members.flatMap(({ group, x }) => {
    const of = groups[group]!;
    const statistic = statisticIn(of, metric);
    const values = of.runs.flatMap(({ figures }) => figures[metric.key] ?? []);
    return statistic === null ? [] : [{ x, statistic, values }];
  });
}

function axes(layout: Layout, x: (at: number) => number, y: Scale): string {
  const bottom = height - margin.bottom;
  const rows = y.ticks.map((tick) => {
    const line = `<path d="M${margin.left} ${fixed(y(tick))}H${width - margin.right}" stroke="${rule}"/>`;
    const says = tick.toLocaleString("en-US", { maximumSignificantDigits: 6 });
    return `${line}<text x="${margin.left - 8}" y="${fixed(y(tick) + 4)}" text-anchor="end" fill="${muted}">${says}</text>`;
  });
  const columns = layout.ticks.map(
    ({ x: at, label }) =>
      `<path d="M${fixed(x(at))} ${bottom}v5" stroke="${muted}"/><text x="${fixed(x(at))}" y="${bottom + 19}" text-anchor="middle" fill="${muted}">${escapeMarkup(label)}</text>`,
  );
  const name = `<text x="${fixed((margin.left + width - margin.right) / 2)}" y="${height - 8}" text-anchor="middle" fill="${muted}">${escapeMarkup(layout.label)}</text>`;
  return [...rows, ...columns, name].join("");
}

function series(line: Line, marks: readonly Mark[], x: (at: number) => number, y: Scale): string {
  if (marks.length === 0) return "";
  const { color } = line;
  const place = (at: number, value: number) => `${fixed(x(at))} ${fixed(y(value))}`;
  const upper = marks.map((m) => place(m.x, m.statistic.mean + (m.statistic.deviation ?? 0)));
  const lower = marks.map((m) => place(m.x, m.statistic.mean - (m.statistic.deviation ?? 0)));
  const joined = line.joined && marks.length > 1;
  const band = joined
    ? `<path d="M${[...upper, ...lower.reverse()].join("L")}Z" fill="${color}" opacity="0.16"/>`
    : marks.map((m) => whisker(m, x, y, color)).join("");
  const means = marks.map((m) => place(m.x, m.statistic.mean));
  const through = joined
    ? `<path d="M${means.join("L")}" fill="none" stroke="${color}" stroke-width="2" stroke-linejoin="round"/>`
    : marks
        .map(
          (m) =>
            `<path d="M${fixed(x(m.x) - 9)} ${fixed(y(m.statistic.mean))}h18" stroke="${color}" stroke-width="2.5"/>`,
        )
        .join("");
  const dots = marks.flatMap((m) =>
    m.values.map(
      (value) =>
        `<circle cx="${fixed(x(m.x))}" cy="${fixed(y(value))}" r="3.2" fill="${color}" fill-opacity="0.75" stroke="var(--card, #ffffff)" stroke-width="0.8"/>`,
    ),
  );
  return band + through + dots.join("");
}

/** The spread where values have no order that a band could follow. */
function whisker(mark: Mark, x: (at: number) => number, y: Scale, color: string): string {
  const { mean, deviation } = mark.statistic;
  if (deviation === null) return "";
  const [top, bottom] = [y(mean + deviation), y(mean - deviation)];
  return `<rect x="${fixed(x(mark.x) - 9)}" y="${fixed(top)}" width="18" height="${fixed(bottom - top)}" fill="${color}" opacity="0.16"/>`;
}

function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}
