/**
 * Gradients whose points lie too far for the canonical form, as one whose points lie near: what the
 * canvas shows of them is the same.
 */
import type { GradientStop, LinearGradient, RadialGradient } from "../drawing.ts";

/** Whether a stop's offsets, in percent, are those that the canvas shows of a gradient. */
type Range = readonly [from: number, to: number];

/**
 * A gradient of nearby points, or null where there is none.
 *
 * @param gradient in grid units
 */
export function nearGradient(
  gradient: LinearGradient | RadialGradient,
  grid: number,
): LinearGradient | RadialGradient | null {
  return gradient.kind === "linearGradient"
    ? nearLinear(gradient, grid)
    : nearRadial(gradient, grid);
}

/** Its vector is cut to what a square around the canvas shows. */
function nearLinear(gradient: LinearGradient, grid: number): LinearGradient | null {
  const { x1, y1, x2, y2, spread, stops } = gradient;
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  if (!(square > 0 && Number.isFinite(square))) return null;
  const share = (x: number, y: number) => ((x - x1) * dx + (y - y1) * dy) / square;
  const corners = [-grid, 2 * grid].flatMap((x) => [-grid, 2 * grid].map((y) => share(x, y)));
  const [from, to] = [Math.min(...corners), Math.max(...corners)];
  const repeats = spread !== "pad" && !(from >= 0 && to <= 1);
  if (repeats || !(to > from)) return null;
  const middle = share(grid / 2, grid / 2);
  const at = (t: number) => [grid / 2 + dx * (t - middle), grid / 2 + dy * (t - middle)] as const;
  const [[u1, v1], [u2, v2]] = [at(from), at(to)];
  const shown = stopsBetween(stops, [100 * from, 100 * to]);
  return { kind: "linearGradient", x1: u1, y1: v1, x2: u2, y2: v2, spread: "pad", stops: shown };
}

/** One about a far point is as good as linear; one about a near point shows its inmost part. */
function nearRadial(
  gradient: RadialGradient,
  grid: number,
): LinearGradient | RadialGradient | null {
  const { cx, cy, ax, ay, bx, by, fx, fy, spread, stops } = gradient;
  if (spread !== "pad") return null;
  const middle = grid / 2;
  const [dx, dy] = [middle - cx, middle - cy];
  const distance = Math.hypot(dx, dy);
  const radius = Math.hypot(ax - cx, ay - cy);
  const round = Math.abs(Math.hypot(bx - cx, by - cy) - radius) <= 0.01 * radius;
  const centred = Math.hypot(fx - cx, fy - cy) <= 0.01 * radius;
  if (!(radius > 0 && Number.isFinite(radius + distance)) || !centred) return null;
  if (distance > 4 * grid) {
    if (!round) return null;
    const reach = 1.5 * grid;
    const [ux, uy] = [dx / distance, dy / distance];
    const percent = (length: number) => (100 * length) / radius;
    return {
      kind: "linearGradient",
      x1: middle - ux * reach,
      y1: middle - uy * reach,
      x2: middle + ux * reach,
      y2: middle + uy * reach,
      spread,
      stops: stopsBetween(stops, [percent(distance - reach), percent(distance + reach)]),
    };
  }
  const part = (8 * grid) / Math.max(radius, Math.hypot(bx - cx, by - cy));
  const scaled = (value: number, centre: number) => centre + part * (value - centre);
  return {
    ...gradient,
    ax: scaled(ax, cx),
    ay: scaled(ay, cy),
    bx: scaled(bx, cx),
    by: scaled(by, cy),
    fx: cx,
    fy: cy,
    stops: stopsBetween(stops, [0, 100 * part]),
  };
}

/** The stops as they are spread over a part of the whole. */
function stopsBetween(stops: readonly GradientStop[], [from, to]: Range): GradientStop[] {
  const inside = stops.filter(({ offset }) => offset > from && offset < to);
  return [colorAt(stops, from), ...inside, colorAt(stops, to)].map((stop) => ({
    ...stop,
    offset: (100 * (stop.offset - from)) / (to - from),
  }));
}

function colorAt(stops: readonly GradientStop[], offset: number): GradientStop {
  const after = stops.findIndex((stop) => stop.offset > offset);
  const next = after < 0 ? stops.at(-1)! : stops[after]!;
  const last = stops[Math.max(0, after < 0 ? stops.length - 1 : after - 1)]!;
  const way = next.offset - last.offset;
  const t = way > 0 ? Math.min(1, Math.max(0, (offset - last.offset) / way)) : 0;
  const nearer = t < 0.5 ? last : next;
  const mix = (a: number, b: number) => a + t * (b - a);
  const opacity = mix(last.opacity, next.opacity);
  if (last.color.kind !== "color" || next.color.kind !== "color") {
    return { offset, color: nearer.color, opacity };
  }
  const [a, b] = [last.color.rgb, next.color.rgb];
  const channel = (shift: number) => Math.round(mix((a >> shift) & 255, (b >> shift) & 255));
  const rgb = channel(16) * 0x10000 + channel(8) * 0x100 + channel(0);
  return { offset, color: { kind: "color", rgb }, opacity };
}
