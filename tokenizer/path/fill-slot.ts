/** Fills the open slot of a drawing's state, and completes the production with its last one. */
import { Coverage } from "../grammar/visibility/index.ts";
import { type DrawingState, endElement } from "./drawing-state.ts";
import type { Slot, What } from "./grammar.ts";
import { radix, within } from "./layout.ts";
import { openPaint } from "./open-paint.ts";
import { isTriangleSide, mayShow } from "./visibility.ts";

export function fillSlot(state: DrawingState, id: number): void {
  const { layout, colorRest } = state.grammar;
  const slot = state.slots[state.slot]!;
  if (slot !== "sign" && (id === layout.plus || id === layout.minus)) {
    openFar(state, id === layout.minus);
    return;
  }
  switch (slot) {
    case "farX":
    case "farY":
    case "farLength": {
      if (!takeDigit(state, id)) return;
      const value = state.negative ? -state.digits : state.digits;
      state.digits = 0;
      if (slot === "farX") placeX(state, value);
      else if (slot === "farY") placeY(state, value);
      else state.values.push(value);
      break;
    }
    case "x":
    case "stepX":
      placeX(state, coordinate(state, id, layout.x, layout.dx, state.x));
      break;
    case "y":
    case "stepY":
      placeY(state, coordinate(state, id, layout.y, layout.dy, state.y));
      break;
    case "point":
      placeX(state, (id - layout.point) % layout.grid);
      placeY(state, Math.floor((id - layout.point) / layout.grid));
      break;
    case "length":
      state.values.push(id - layout.length);
      break;
    case "integer": {
      if (!takeDigit(state, id)) return;
      state.values.push(state.digits);
      state.digits = 0;
      break;
    }
    case "paint":
      state.look.stroke = id !== layout.none;
      openPaint(state, "stroke", id);
      return;
    case "color":
      if (id !== layout.currentColor) state.slots = [...state.slots, ...colorRest];
      break;
  }
  state.slot++;
  if (state.slot === state.slots.length) complete(state);
}

/** @returns whether it is the last one. */
function takeDigit(state: DrawingState, id: number): boolean {
  const { digit, lastDigit } = state.grammar.layout;
  const last = within(id, lastDigit, radix);
  state.digits = state.digits * radix + id - (last ? lastDigit : digit);
  return last;
}

/** A sign stands in place of a coordinate, point or length: digits follow. */
function openFar(state: DrawingState, negative: boolean): void {
  state.negative = negative;
  state.digits = 0;
  const { slots, slot } = state;
  state.slots = [...slots.slice(0, slot), ...farSlotsOf(slots[slot]!), ...slots.slice(slot + 1)];
  state.far = !isGradient(state.what);
}

export function isGradient(what: What): boolean {
  return what === "linearGradient" || what === "radialGradient" || what === "focalGradient";
}

function placeX(state: DrawingState, x: number): void {
  state.values.push(x);
  if (isGradient(state.what)) return;
  state.x = x;
  if (x < 0 || x > state.width) state.far = true;
}

function placeY(state: DrawingState, y: number): void {
  state.values.push(y);
  if (isGradient(state.what)) return;
  state.y = y;
  if (y < 0 || y > state.height) state.far = true;
}

function coordinate(
  state: DrawingState,
  id: number,
  absolute: number,
  step: number,
  last: number,
): number {
  const { relativeRange } = state.grammar.layout;
  if (within(id, step, 2 * relativeRange + 1)) return last + id - step - relativeRange;
  return id - absolute;
}

/** What a sign opens in place of a slot. */
export function farSlotsOf(slot: Slot): readonly Slot[] {
  switch (slot) {
    case "x":
    case "stepX":
      return ["farX"];
    case "y":
    case "stepY":
      return ["farY"];
    case "point":
      return ["farX", "farSignY", "farY"];
    case "farSignY":
      // Its digits have a slot already.
      return [];
    default:
      return ["farLength"];
  }
}

/** What a production does once its slots are filled. */
function complete(state: DrawingState): void {
  const { values, look } = state;
  const value = values[0] ?? 0;
  switch (state.what) {
    case "width":
      state.width = value;
      state.mode = "body";
      return;
    case "height":
      state.height = value;
      state.mode = "body";
      return;
    case "groupOpacity":
      state.groups[state.groups.length - 1]! *= value / 100;
      state.mode = "body";
      return;
    case "dashes":
      // The count is followed by as many lengths.
      if (state.slots.length > 1) return;
      look.dashed = value > 0;
      if (look.dashed) {
        state.slots = new Array<"integer">(value + 1).fill("integer");
      }
      return;
    case "strokeOpacity":
      look.strokeOpacity = value;
      return;
    case "fillOpacity":
      look.fillOpacity = value;
      return;
    case "opacity":
      look.opacity = value;
      return;
    case "fill":
    case "stroke":
    case "strokeWidth":
    case "miterLimit":
    case "dashOffset":
      return;
    case "linearGradient":
    case "radialGradient":
    case "focalGradient":
      state.mode = "stops";
      return;
    case "stop":
      state.stops++;
      state.lastOffset = value;
      state.stopOpen = true;
      return;
    case "stopOpacity":
      state.stopOpen = false;
      return;
    default:
      completeGeometry(state);
  }
}

function completeGeometry(state: DrawingState): void {
  const { what, visible, look } = state;
  switch (what) {
    case "circle":
    case "ellipse":
    case "rect":
    case "roundRect":
    case "ovalRect":
      endElement(state, visible || mayShow(state));
      return;
    case "line":
      endElement(state, visible || (look.stroke && mayShow(state)));
      return;
    case "path":
      state.mode = "path";
      beginOutline(state);
      return;
    case "polyline":
    case "polygon":
      state.mode = "points";
      state.points = 1;
      beginOutline(state);
      return;
    case "moveto":
      state.coverage?.moveTo(state.x, state.y);
      state.triangle = -1;
      beginSubpath(state);
      return;
    case "nextPoint":
      state.points++;
      state.coverage?.lineTo(state.x, state.y);
      if (look.stroke && mayShow(state)) state.visible = true;
      return;
    default:
      completeSegment(state);
      return;
  }
}

function beginOutline(state: DrawingState): void {
  const followed = !state.visible && !state.look.stroke;
  state.coverage = followed ? new Coverage(state) : null;
  state.coverage?.moveTo(state.x, state.y);
  state.triangle = followed && state.mode === "path" && !state.far ? 0 : -1;
  beginSubpath(state);
}

function beginSubpath(state: DrawingState): void {
  state.startX = state.x;
  state.startY = state.y;
  state.drawn = false;
  state.closable = true;
}

function completeSegment(state: DrawingState): void {
  const { look, triangle } = state;
  const shows = mayShow(state);
  state.drawn = true;
  state.closable = true;
  if (state.coverage !== null) cover(state, state.coverage);
  const side = triangle === 0 && isTriangleSide(state) && shows;
  state.triangle = side ? 1 : -1;
  if (look.stroke && shows) state.visible = true;
}

function cover(state: DrawingState, coverage: Coverage): void {
  const v = state.values;
  const { x, y } = state;
  switch (state.what) {
    case "quadratic":
      coverage.quadraticTo(v[0]!, v[1]!, x, y);
      return;
    case "cubic":
      coverage.cubicTo(v[0]!, v[1]!, v[2]!, v[3]!, x, y);
      return;
    case "arc": {
      const oval = v.length > 3;
      const rotation = v.length > 4 ? v[2]! : 0;
      const { variant } = state;
      const flags = { largeArc: variant >= 2, sweep: variant % 2 === 1 };
      coverage.arcTo({ rx: v[0]!, ry: oval ? v[1]! : v[0]!, rotation, ...flags }, x, y);
      return;
    }
    default:
      coverage.lineTo(x, y);
      return;
  }
}
