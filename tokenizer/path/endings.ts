/**
 * What the shortest ending costs from each place of a drawing. The one subtle part is visibility:
 * until something that surely shows was drawn, an ending includes drawing such a thing.
 *
 * The count is exact but for two kinds of places, where it is an upper bound: within a path that is
 * only filled and cannot be seen yet (a well-chosen segment might beat another element), and within
 * a gradient (an offset below 16 takes a token less than is counted).
 */
import { type DrawingState, isAstray } from "./drawing-state.ts";
import {
  digitsToReach,
  farthest,
  farthestRadius,
  fewestStops,
  type Grammar,
  type Slot,
  stopTokens,
  visiblePercent,
  type What,
} from "./grammar.ts";
import { largestInteger } from "./layout.ts";
import { isTriangleSide, liesInside, mayShow } from "./visibility.ts";

const mostDashes = 64;

/** Tokens that end the open groups and the drawing. */
export function closing(state: DrawingState): number {
  return state.groups.length + 1;
}

/** Tokens of the shortest element under a look; of the shortest visible one until one was drawn. */
export function shapeTokens(state: DrawingState, visible: boolean, stroke: boolean): number {
  const { shortestShape, shortestFilled } = state.grammar;
  return visible || stroke ? shortestShape : shortestFilled;
}

/** Whether the drawing would show something if the open element ended here. */
export function visibleIfEnded(state: DrawingState): boolean {
  return state.visible || (state.coverage?.visible(state.look.evenOdd) ?? false);
}

/** Of an ending that draws one more element first. */
export function oneMoreShape(state: DrawingState, visible: boolean): number {
  return shapeTokens(state, visible, state.look.stroke) + closing(state);
}

/** Tokens of `H x`, `V y`; `L` and a merged point. */
export const segmentTokens = 2;

/** From within a path, or right after it when its last command was an invisible one. */
export function pathEnding(state: DrawingState): number {
  const segment = state.drawn ? 0 : segmentTokens;
  const ends = closing(state);
  if (visibleIfEnded(state)) return segment + ends;
  if (isAstray(state, "lineto")) return segment + oneMoreShape(state, false);
  if (state.look.stroke) return segmentTokens + ends;
  if (state.triangle === 0) return 2 * segmentTokens + ends;
  if (state.triangle === 1) return segmentTokens + ends;
  return segment + oneMoreShape(state, false);
}

function pointsEnding(state: DrawingState): number {
  const pointTokens = state.grammar.nextPoint.length;
  const missing = Math.max(0, 2 - state.points) * pointTokens;
  if (visibleIfEnded(state)) return missing + closing(state);
  if (state.look.stroke && !isAstray(state, "nextPoint"))
    return Math.max(missing, pointTokens) + closing(state);
  return missing + oneMoreShape(state, false);
}

function styleEnding(state: DrawingState): number {
  const { look } = state;
  // Neither fill nor stroke: `stroke currentColor` comes first.
  const repair = look.fill || look.stroke ? 0 : 2;
  const shape = shapeTokens(state, state.visible, look.stroke || repair > 0);
  return repair + shape + closing(state);
}

/** The shortest ending where no slot is open. */
export function modeEnding(state: DrawingState): number {
  switch (state.mode) {
    case "done":
      return 0;
    case "opening":
      return 1 + bodyEnding(state);
    case "size":
    case "group":
    case "body":
      return bodyEnding(state);
    case "style":
      return styleEnding(state);
    case "stops":
      return Math.max(0, fewestStops - state.stops) * stopTokens + styleEnding(state);
    case "path":
      return pathEnding(state);
    case "points":
      return pointsEnding(state);
  }
}

function bodyEnding(state: DrawingState): number {
  if (state.visible && state.filled) return closing(state);
  return oneMoreShape(state, state.visible);
}

/**
 * The shortest ending once the open slots are filled.
 * @param lets whether by values that let the element be seen.
 */
export function endingAfterSlots(state: DrawingState, what: What, lets: boolean): number {
  const ends = closing(state);
  const { look, visible } = state;
  const open = state.slot < state.slots.length;
  const astray = open ? state.far : isAstray(state, what);
  const shows = lets && !astray;
  switch (what) {
    case "circle":
    case "ellipse":
    case "rect":
    case "roundRect":
    case "ovalRect":
      return visible || shows ? ends : oneMoreShape(state, false);
    case "line":
      return visible || (shows && look.stroke) ? ends : oneMoreShape(state, false);
    case "path":
      if (astray && !visible) return segmentTokens + oneMoreShape(state, false);
      return segmentTokens * (visible || look.stroke ? 1 : 2) + ends;
    case "moveto":
      if (visible || (look.stroke && !astray)) return segmentTokens + ends;
      return segmentTokens + oneMoreShape(state, false);
    case "polyline":
    case "polygon": {
      const pointTokens = state.grammar.nextPoint.length;
      const shown = visible || (look.stroke && !astray);
      return pointTokens + (shown ? ends : oneMoreShape(state, false));
    }
    case "nextPoint":
      if (visible || (shows && look.stroke)) return ends;
      if (look.stroke && !astray) return state.grammar.nextPoint.length + ends;
      return oneMoreShape(state, false);
    case "horizontal":
    case "vertical":
    case "lineto":
    case "quadratic":
    case "cubic":
    case "arc":
    case "close":
      if (astray && !visible) return oneMoreShape(state, false);
      return commandEnding(state, what, shows);
    case "linearGradient":
    case "radialGradient":
    case "focalGradient":
      return fewestStops * stopTokens + styleEnding(state);
    case "stop":
      return Math.max(0, fewestStops - 1 - state.stops) * stopTokens + styleEnding(state);
    case "stopOpacity":
      return modeEnding(state);
    case "width":
    case "height":
    case "groupOpacity":
      return bodyEnding(state);
    default:
      return styleEnding(state);
  }
}

function commandEnding(state: DrawingState, what: What, shows: boolean): number {
  const ends = closing(state);
  const { look, visible, triangle } = state;
  if (visible) return ends;
  if (look.stroke) {
    const sure = what !== "close" && (what !== "arc" || arcStartsInside(state));
    return (shows && sure ? 0 : segmentTokens) + ends;
  }
  if (what === "close" && visibleIfEnded(state)) return ends;
  if (shows && triangle >= 0 && isTriangleSide(state, what))
    return (triangle === 0 ? segmentTokens : 0) + ends;
  return oneMoreShape(state, false);
}

/** Of the arc that is open, or that could be opened. */
function arcStartsInside(state: DrawingState): boolean {
  const open = state.what === "arc" && state.slot < state.slots.length;
  return open ? liesInside(state, state.fromX, state.fromY) : liesInside(state, state.x, state.y);
}

/** Tokens that the open slots take at least. */
export function pendingTokens(state: DrawingState): number {
  const open = state.slots.length - state.slot;
  if (open === 0) return 0;
  const slot = state.slots[state.slot]!;
  const first = slot === "integer" || farSlots.has(slot) ? integerTokens(state, state.digits) : 1;
  return first + open - 1;
}

/** @param digits value of those that stand. */
export function integerTokens(state: DrawingState, digits: number, what = state.what): number {
  const [low, high] = integerBounds(state, what);
  return digitsToReach(digits, low, high);
}

const farSlots: ReadonlySet<Slot> = new Set(["farX", "farY", "farLength"]);

/** Tokens of what a sign opens, at least. */
export function farTokens(state: DrawingState, slots: readonly Slot[], negative: boolean): number {
  const [low, high] = farBounds(state.grammar, slots[0]!, negative);
  return digitsToReach(0, low, high) + slots.length - 1;
}

/** Bounds of a number behind a sign; of a merged point one coordinate may be on the canvas. */
function farBounds(
  { options, merged }: Grammar,
  slot: Slot,
  negative: boolean,
): readonly [number, number] {
  const { grid } = options;
  if (slot === "farLength") return [grid + 1, farthestRadius * grid];
  if (negative) return [1, farthest * grid];
  return [merged ? 0 : grid + 1, farthest * grid];
}

export function shortestEnding(state: DrawingState): number {
  const pending = pendingTokens(state);
  return pending === 0
    ? modeEnding(state)
    : pending + endingAfterSlots(state, state.what, mayShow(state));
}

/** Bounds of the integer in the open slot, or in the one that a production would open. */
export function integerBounds(state: DrawingState, what = state.what): readonly [number, number] {
  const slot = state.slots[state.slot];
  if (slot !== undefined && farSlots.has(slot)) {
    return farBounds(state.grammar, slot, state.negative);
  }
  const { grammar, look, visible } = state;
  const { grid } = grammar.options;
  const around = state.groups[state.groups.length - 1] ?? 1;
  const least = (others: number) =>
    visible ? 1 : Math.min(100, Math.max(1, Math.ceil(visiblePercent / (others * around))));
  switch (what) {
    case "width":
    case "height":
      return [Math.ceil(grid / 8), grid - 1];
    case "strokeWidth":
      return visible ? [1, 4 * farthest * grid] : [grammar.visibleWidth, 4 * grid];
    case "miterLimit":
      return [1, 1000];
    case "dashes":
      return state.slots.length === 1 ? [0, longestDashes(state)] : [0, 4 * farthest * grid];
    case "dashOffset":
      return [0, largestInteger];
    case "strokeOpacity":
    case "fillOpacity":
      return [least(look.opacity / 100), 100];
    case "opacity":
      return [least(Math.min(look.fillOpacity, look.strokeOpacity) / 100), 100];
    case "groupOpacity": {
      const own = (Math.min(look.fillOpacity, look.strokeOpacity) * look.opacity) / 10_000;
      return [least(own), 99];
    }
    case "arc":
      return [1, 179];
    case "stop":
      return [state.lastOffset, 100];
    case "stopOpacity":
      return [visible ? 0 : 50, 100];
    default:
      throw new RangeError(`${what} holds no integer`);
  }
}

/** A pattern of dashes takes a token for each at least, behind the one or two digits of their number. */
function longestDashes(state: DrawingState): number {
  const digits = state.digits === 0 ? 2 : 1;
  return Math.max(0, Math.min(mostDashes, state.budget - digits - styleEnding(state)));
}
