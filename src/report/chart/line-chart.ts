/**
 * A line chart as SVG. Colours are CSS variables with fallbacks, so that the same picture follows a
 * page's light or dark theme and also stands alone.
 */
import { escapeMarkup } from "../format.ts";
import { linearScale, type Scale } from "./scale.ts";

export interface Series {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** A CSS colour. */
  readonly color: string;
  /** `faint` for what lies behind a smoothed line; `thin` for one of many; `dotted` marks each point. */
  readonly style: "line" | "faint" | "thin" | "dotted";
}

/** A horizontal line to compare with. */
export interface Level {
  readonly label: string;
  readonly y: number;
  readonly color: string;
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  readonly levels: readonly Level[];
}

const width = 760;
const height = 360;
const margin = { left: 58, right: 24, top: 40, bottom: 46 };
const lineHeight = 15;
/** Mean width of a letter. */
const letterWidth = 6.6;
const ink = "var(--ink, #1f2933)";
const muted = "var(--muted, #67717e)";
const rule = "var(--rule, #e3e7ec)";

export function lineChart(chart: LineChart): string {
  const points = chart.series.flatMap((series) => series.points);
  const longest = Math.max(0, ...chart.levels.map((level) => level.label.length));
  const right = width - margin.right - (longest === 0 ? 0 : 6 + Math.ceil(letterWidth * longest));
  const x = linearScale(
    points.map((point) => point.x),
    [margin.left, right],
    8,
  );
  const y = linearScale(
    [...points.map((point) => point.y), ...chart.levels.map((level) => level.y)],
    [height - margin.bottom, margin.top],
    6,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"`,
    ` aria-label="${escapeMarkup(chart.title)}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escapeMarkup(chart.title)}</title>`,
    axes(chart, x, y, right),
    ...levelLines(chart.levels, y, right),
    ...chart.series.map((series) => seriesLine(series, x, y)),
    legend(chart.series),
    "</svg>",
  ].join("");
}

function text(x: number, y: number, says: string, attributes: string): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escapeMarkup(says)}</text>`;
}

function axes(chart: LineChart, x: Scale, y: Scale, right: number): string {
  const [left, bottom] = [margin.left, height - margin.bottom];
  const rows = y.ticks.map((tick) => {
    const place = fixed(y(tick));
    const line = `<path d="M${left} ${place}H${right}" stroke="${rule}"/>`;
    return line + text(left - 8, y(tick) + 4, label(tick), `text-anchor="end" fill="${muted}"`);
  });
  const columns = x.ticks.map((tick) =>
    text(x(tick), bottom + 18, label(tick), `text-anchor="middle" fill="${muted}"`),
  );
  const names = [
    text((left + right) / 2, height - 8, chart.xLabel, `text-anchor="middle" fill="${muted}"`),
    `<text transform="translate(14 ${fixed((margin.top + bottom) / 2)}) rotate(-90)" text-anchor="middle" fill="${muted}">${escapeMarkup(chart.yLabel)}</text>`,
  ];
  return [...rows, ...columns, ...names].join("");
}

/** Each level's name stands to the right of its line, clear of all curves and of each other. */
function levelLines(levels: readonly Level[], y: Scale, right: number): string[] {
  const rising = [...levels].sort((a, b) => y(a.y) - y(b.y));
  let lowest = Number.NEGATIVE_INFINITY;
  return rising.map(({ label: says, y: value, color }) => {
    const place = y(value);
    lowest = Math.max(place + 4, lowest + lineHeight);
    const line = `<path d="M${margin.left} ${fixed(place)}H${right}" stroke="${color}" stroke-dasharray="5 4"/>`;
    return line + text(right + 6, lowest, says, `fill="${color}"`);
  });
}

function seriesLine({ points, color, style }: Series, x: Scale, y: Scale): string {
  const finite = points.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
  if (finite.length === 0) return "";
  const places = finite.map((point) => `${fixed(x(point.x))} ${fixed(y(point.y))}`);
  const look = looks[style] ?? `stroke-width="2" opacity="1"`;
  const line = `<path d="M${places.join("L")}" fill="none" stroke="${color}" stroke-linejoin="round" ${look}/>`;
  if (style !== "dotted") return line;
  const dots = finite.map(
    (point) =>
      `<circle cx="${fixed(x(point.x))}" cy="${fixed(y(point.y))}" r="3" fill="${color}"/>`,
  );
  return line + dots.join("");
}

const looks: Partial<Record<Series["style"], string>> = {
  faint: `stroke-width="1" opacity="0.35"`,
  thin: `stroke-width="1.3" opacity="0.85"`,
};

/** Of series that have a label. */
function legend(series: readonly Series[]): string {
  let left = margin.left;
  const named = series.filter(({ points, label: says }) => points.length > 0 && says !== "");
  return named
    .map(({ label: says, color, style }) => {
      const at = left;
      left += 40 + Math.ceil(letterWidth * says.length);
      const faint = style === "faint";
      const look = faint ? 'stroke-width="1" opacity="0.5"' : 'stroke-width="3"';
      const line = `<path d="M${at} 20h18" stroke="${color}" ${look} stroke-linecap="round"/>`;
      return line + text(at + 24, 24, says, `fill="${ink}"`);
    })
    .join("");
}

function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}

function label(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 6 });
}
