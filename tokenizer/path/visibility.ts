/**
 * Which values of the open production let its element be seen. Shapes must have an extent and lie on
 * the canvas; lines must go somewhere, unless round or square caps make dots of them.
 */
import type { DrawingState, Look } from "./drawing-state.ts";

/** Whether a stroked line without length shows, as a dot. */
export function showsDots(look: Look): boolean {
  return look.stroke && look.capped && !look.dashed;
}

/** Whether the values that stand do not yet rule out that the element shows. */
export function mayShow(state: DrawingState): boolean {
  if (state.far) return false;
  const { values, width, height, look, grammar } = state;
  const least = grammar.visibleExtent;
  switch (state.what) {
    case "circle":
      return fits(values[2], least, Math.max(width, height) / 2);
    case "ellipse":
      return fits(values[2], least, width / 2) && fits(values[3], least, height / 2);
    case "rect":
    case "roundRect":
    case "ovalRect":
      return (
        fits(values[0], 0, width - least) &&
        fits(values[1], 0, height - least) &&
        fits(values[2], least, width - values[0]!) &&
        fits(values[3], least, height - values[1]!)
      );
    case "line":
      return showsDots(look) || values.length < 4 || differs(values, 0, 2);
    case "horizontal":
      return values.length < 1 || triangleSideOr(state, values[0]! !== state.fromX);
    case "vertical":
      return values.length < 1 || triangleSideOr(state, values[0]! !== state.fromY);
    case "lineto":
      return values.length < 2 || triangleSideOr(state, moved(state, 0));
    case "quadratic":
      return values.length < 4 || moved(state, 2);
    case "cubic":
      return values.length < 6 || moved(state, 4);
    case "arc":
      return arcMayShow(state);
    case "nextPoint":
      return showsDots(look) || values.length < 2 || moved(state, 0);
    default:
      return true;
  }
}

function fits(value: number | undefined, low: number, high: number): boolean {
  return value === undefined || (value >= low && value <= high);
}

function differs(values: readonly number[], a: number, b: number): boolean {
  return values[a] !== values[b] || values[a + 1] !== values[b + 1];
}

/** Whether a point lies on the canvas, off its border. */
export function liesInside(state: DrawingState, x: number, y: number): boolean {
  return fits(x, 1, state.width - 1) && fits(y, 1, state.height - 1);
}

/** An arc may leave the canvas at once where it begins or ends on the border. */
function arcMayShow(state: DrawingState): boolean {
  const { values, slots, width, height } = state;
  // Behind the radii and the rotation.
  const x = slots.length - state.grammar.nextPoint.length;
  return (
    liesInside(state, state.fromX, state.fromY) &&
    fits(values[x], 1, width - 1) &&
    fits(values[x + 1], 1, height - 1)
  );
}

/** Whether the point at an index of the values is another than the last one before. */
function moved(state: DrawingState, index: number): boolean {
  return state.values[index] !== state.fromX || state.values[index + 1] !== state.fromY;
}

/** A segment shows when it is stroked, or when it is the next side of the triangle. */
function triangleSideOr(state: DrawingState, moves: boolean): boolean {
  if (state.look.stroke) return moves || showsDots(state.look);
  return state.triangle >= 0 && isTriangleSide(state) && longSide(state);
}

/** Whether a command is the kind that draws the shortest visible triangle's next side. */
export function isTriangleSide(state: DrawingState, what = state.what): boolean {
  if (state.grammar.merged) return what === "lineto";
  return what === (state.triangle === 0 ? "horizontal" : "vertical");
}

/** Shortest side of the triangle: a quarter of the canvas. */
export function sideLength(canvas: number): number {
  return Math.ceil(canvas / 4);
}

function longSide(state: DrawingState): boolean {
  const { values, triangle, fromX, fromY, startX, grammar } = state;
  const [first = 0, second = 0] = values;
  const longX = Math.abs(first - fromX) >= sideLength(state.width);
  if (!grammar.merged) {
    return triangle === 0 ? longX : Math.abs(first - fromY) >= sideLength(state.height);
  }
  if (triangle === 0) return longX && second === fromY;
  const between = first >= Math.min(startX, fromX) && first <= Math.max(startX, fromX);
  return between && Math.abs(second - fromY) >= sideLength(state.height);
}
