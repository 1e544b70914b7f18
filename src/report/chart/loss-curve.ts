/** The loss of a run as a chart: training as measured and smoothed, held-out, and the baselines. */
import type { LogRecord } from "../log.ts";
import { type Level, lineChart } from "./line-chart.ts";

/** The smoothed line is a mean over this share of the curve to each side. */
const reach = 0.03;
/** More points than the chart has pixels show nothing more. */
const mostPoints = 1500;

/** @param baselines in nats a token; drawn as horizontal lines. */
export function lossCurve(
  log: readonly LogRecord[],
  baselines: readonly { readonly label: string; readonly natsPerToken: number }[] = [],
): string {
  const steps = log.flatMap((record) => (record.kind === "step" ? [record] : []));
  const training = thin(steps).map(({ step, loss }) => ({ x: step, y: loss }));
  const heldOut = log.flatMap((record) =>
    record.kind === "evaluation"
      ? [{ x: record.step, y: record.objective ?? record.natsPerToken }]
      : [],
  );
  // Of pairs: nothing that is measured in nats a token stands beside it.
  const isObjective = log.some(
    (each) => each.kind === "evaluation" && each.objective !== undefined,
  );
  const colors = ["var(--level-1, #b7791f)", "var(--level-2, #9b4dca)"];
  const levels: Level[] = (isObjective ? [] : baselines).map(({ label, natsPerToken }, index) => ({
    label,
    y: natsPerToken,
    color: colors[index % colors.length] ?? "currentColor",
  }));
  const blue = "var(--series-1, #2563eb)";
  return lineChart({
    title: "Loss by step",
    xLabel: "step",
    yLabel: isObjective ? "loss per pair" : "nats per token",
    levels,
    series: [
      { label: "training, each step", points: training, color: blue, style: "faint" },
      { label: "training, smoothed", points: smooth(training), color: blue, style: "line" },
      {
        label: "held-out",
        points: heldOut,
        color: "var(--series-2, #d1495b)",
        style: "dotted",
      },
    ],
  });
}

/** Of a long list, no more than a chart can show. */
export function thin<T>(list: readonly T[]): readonly T[] {
  const every = Math.ceil(list.length / mostPoints);
  return list.filter((_, index) => index % every === 0 || index === list.length - 1);
}

/**
 * The mean over equally many points to both sides, fewer near the ends: it lags behind neither way, as a
 * mean of earlier points alone does while the loss falls.
 */
export function smooth(points: readonly { x: number; y: number }[]): { x: number; y: number }[] {
  const most = Math.ceil(reach * points.length);
  const sums = [0];
  for (const { y } of points) sums.push(sums.at(-1)! + y);
  return points.map(({ x }, i) => {
    const half = Math.min(most, i, points.length - 1 - i);
    return { x, y: (sums[i + half + 1]! - sums[i - half]!) / (2 * half + 1) };
  });
}
