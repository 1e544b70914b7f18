/** The parts of a trace: thresholds, areas, circles, fitted curves, bitmaps for Potrace. */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { areasOf, withoutSpeckles } from "../../src/trace/colour/labels.ts";
import { otsu } from "../../src/trace/colour/silhouette.ts";
import { TraceError } from "../../src/trace/index.ts";
import { circleOf } from "../../src/trace/outline/circle.ts";
import { type Curve, fitCurve } from "../../src/trace/outline/fit-curve.ts";
import type { Vec } from "../../src/trace/outline/outline.ts";
import { simplifyOutline } from "../../src/trace/outline/simplify.ts";
import { direction, straightStretches } from "../../src/trace/outline/straight.ts";
import { pbm, potrace } from "../../src/trace/tracers/potrace.ts";

test("Otsu's threshold parts two classes between them", () => {
  const classes = fc.record({
    low: fc.integer({ min: 0, max: 100 }),
    high: fc.integer({ min: 130, max: 255 }),
    lows: fc.integer({ min: 5, max: 200 }),
    highs: fc.integer({ min: 5, max: 200 }),
  });
  fc.assert(
    fc.property(classes, ({ low, high, lows, highs }) => {
      const values = Uint8Array.from([
        ...Array.from({ length: lows }, (_, i) => Math.max(0, low - (i % 3))),
        ...Array.from({ length: highs }, (_, i) => Math.min(255, high + (i % 3))),
      ]);
      const threshold = otsu(values);
      assert.ok(threshold > low && threshold <= high, `${threshold}`);
    }),
  );
});

test("small areas take the colour around them, and no pixel is lost", () => {
  const rows = ["11111", "12211", "12211", "11131", "11111"];
  const map = { width: 5, height: 5, data: Uint8Array.from(rows.join(""), Number) };
  assert.is(areasOf(map).length, 3);
  const cleaned = withoutSpeckles(map, 3);
  assert.equal([...cleaned.data].filter((label) => label === 3).length, 0);
  assert.equal([...cleaned.data].filter((label) => label === 2).length, 4);
  assert.equal(new Set(withoutSpeckles(map, 26).data).size <= 1, true);
});

const turn = (cx: number, cy: number, rx: number, ry: number, count: number): Vec[] =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count;
    return { x: cx + rx * Math.cos(angle), y: cy + ry * Math.sin(angle) };
  });

test("a circle is found, an ellipse and a square are not", () => {
  const circle = circleOf(turn(40, 50, 20, 20, 160), 0.5);
  assert.ok(circle !== null);
  for (const [found, real] of [
    [circle.cx, 40],
    [circle.cy, 50],
    [circle.r, 20],
  ] as const) {
    assert.ok(Math.abs(found - real) < 1e-6);
  }
  assert.is(circleOf(turn(40, 50, 22, 20, 160), 0.5), null);
  assert.is(circleOf(square(40), 0.5), null);
});

function square(side: number): Vec[] {
  const along = Array.from({ length: side }, (_, i) => i);
  return [
    ...along.map((i) => ({ x: i, y: 0 })),
    ...along.map((i) => ({ x: side, y: i })),
    ...along.map((i) => ({ x: side - i, y: side })),
    ...along.map((i) => ({ x: 0, y: side - i })),
  ];
}

test("a square keeps its four corners and sides, a circle's edge has no straight stretch", () => {
  const fitted = simplifyOutline(square(80), 1);
  assert.is(fitted?.curves.length, 4);
  assert.ok(fitted?.curves.every(({ controls }) => controls === null));
  assert.equal(straightStretches(turn(256, 256, 250, 250, 2000), 0.38, 41), []);
});

const point = fc.record({
  x: fc.double({ min: 0, max: 100, noNaN: true }),
  y: fc.double({ min: 0, max: 100, noNaN: true }),
});

test("fitted curves run within the tolerance of all points, from the first to the last", () => {
  fc.assert(
    fc.property(fc.tuple(point, point, point, point), ([p, q, r, s]) => {
      const points = Array.from({ length: 120 }, (_, i) => bezier(p, q, r, s, i / 119));
      const start = direction(points[0]!, points[1]!);
      const end = direction(points.at(-1)!, points.at(-2)!);
      const curves = fitCurve(points, start, end, 0.5);
      assert.equal(curves.at(-1)?.to, points.at(-1));
      const drawn = sampled(points[0]!, curves);
      for (const each of points) {
        const off = Math.min(...drawn.map(({ x, y }) => Math.hypot(x - each.x, y - each.y)));
        assert.ok(off <= 1, `${off}`);
      }
    }),
    { numRuns: 60 },
  );
});

function bezier(p: Vec, q: Vec, r: Vec, s: Vec, t: number): Vec {
  const u = 1 - t;
  const at = (axis: "x" | "y") =>
    u ** 3 * p[axis] + 3 * u * u * t * q[axis] + 3 * u * t * t * r[axis] + t ** 3 * s[axis];
  return { x: at("x"), y: at("y") };
}

function sampled(start: Vec, curves: readonly Curve[]): Vec[] {
  let from = start;
  return curves.flatMap(({ controls, to }) => {
    const third = (t: number) => ({
      x: from.x + t * (to.x - from.x),
      y: from.y + t * (to.y - from.y),
    });
    const [q, r] = controls ?? [third(1 / 3), third(2 / 3)];
    const points = Array.from({ length: 101 }, (_, i) => bezier(from, q, r, to, i / 100));
    from = to;
    return points;
  });
}

test("a bitmap for Potrace has its bits from the left, rows filled up to bytes", () => {
  const ink = { width: 9, height: 2, data: Uint8Array.from("100000001011111110", Number) };
  const header = Buffer.from("P4\n9 2\n");
  assert.equal([...pbm(ink)], [...header, 0b10000000, 0b10000000, 0b01111111, 0]);
});

test("without Potrace on the system it is said how to get it", () => {
  assert.throws(
    () => potrace("/nowhere/potrace"),
    (error: Error) => error instanceof TraceError && /apt-get install potrace/.test(error.message),
  );
});

test.run();
