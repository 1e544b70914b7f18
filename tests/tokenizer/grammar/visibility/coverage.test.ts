import { test } from "uvu";
import * as assert from "uvu/assert";
import { Coverage } from "../../../../tokenizer/grammar/visibility/coverage.ts";

const canvas = { width: 96, height: 96 };

function outline(points: readonly (readonly [number, number])[]): Coverage {
  const coverage = new Coverage(canvas);
  const [[x, y] = [0, 0], ...rest] = points;
  coverage.moveTo(x, y);
  for (const [x, y] of rest) coverage.lineTo(x, y);
  return coverage;
}

const square = [
  [10, 10],
  [30, 10],
  [30, 30],
  [10, 30],
] as const;

test("a square is seen, closed or not", () => {
  assert.ok(outline(square).visible(false));
  assert.ok(outline([...square, square[0]]).visible(false));
});

test("a line, a sliver and what lies beside the canvas are not", () => {
  assert.not(outline(square.slice(0, 2)).visible(false));
  const sliver = [
    [10, 10],
    [90, 11],
    [10, 11],
  ] as const;
  assert.not(outline(sliver).visible(false));
  assert.not(outline(square.map(([x, y]) => [x - 40, y] as const)).visible(false));
});

test("a way there and back again cancels itself", () => {
  assert.not(outline([...square, ...square.toReversed()]).visible(false));
});

test("a square drawn twice is filled by the nonzero rule alone", () => {
  const twice = outline([...square, square[0], ...square, square[0]]);
  assert.ok(twice.visible(false));
  assert.not(twice.visible(true));
});

test("a second subpath may cut the first one out", () => {
  const coverage = outline(square);
  coverage.moveTo(10, 10);
  for (const [x, y] of square.toReversed()) coverage.lineTo(x, y);
  assert.not(coverage.visible(false));
});

test("curves and arcs are filled", () => {
  const curve = outline([[10, 50]]);
  curve.cubicTo(10, 0, 80, 0, 80, 50);
  assert.ok(curve.visible(false));
  const parabola = outline([[10, 50]]);
  parabola.quadraticTo(45, 0, 80, 50);
  assert.ok(parabola.visible(false));
  const arc = { rx: 20, ry: 20, rotation: 0, largeArc: false, sweep: true };
  const half = outline([[20, 50]]);
  half.arcTo(arc, 60, 50);
  assert.ok(half.visible(false));
});

test("an arc that leaves the canvas at once is not seen", () => {
  const arc = { rx: 20, ry: 20, rotation: 0, largeArc: false, sweep: true };
  const outside = outline([[96, 20]]);
  outside.arcTo(arc, 96, 60);
  assert.not(outside.visible(false));
  const inside = outline([[96, 20]]);
  inside.arcTo({ ...arc, sweep: false }, 96, 60);
  assert.ok(inside.visible(false));
});

test("a clone goes its own way", () => {
  const coverage = outline(square.slice(0, 2));
  const clone = coverage.clone();
  coverage.lineTo(30, 30);
  assert.ok(coverage.visible(false));
  assert.not(clone.visible(false));
});

test.run();
