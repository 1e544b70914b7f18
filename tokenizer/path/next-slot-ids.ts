/**
 * The ids that may fill the open slot. Values that leave the element unseen are kept out only when
 * no budget would be left to draw another one.
 */
import type { AllowedIds } from "../core/allowed-ids.ts";
import type { DrawingState } from "./drawing-state.ts";
import { closing, endingAfterSlots, farTokens, integerBounds, shapeTokens } from "./endings.ts";
import { farSlotsOf, isGradient } from "./fill-slot.ts";
import { digitsToReach, farthest } from "./grammar.ts";
import { radix, spreads } from "./layout.ts";
import { addPaints } from "./next-ids.ts";
import { mayShow, showsDots, sideLength } from "./visibility.ts";

export function collectSlot(state: DrawingState, ids: AllowedIds): void {
  const { layout, colorRest } = state.grammar;
  switch (state.slots[state.slot]!) {
    case "x":
    case "stepX":
      collectCoordinate(state, ids, true);
      return;
    case "y":
    case "stepY":
      collectCoordinate(state, ids, false);
      return;
    case "point":
      collectPoint(state, ids);
      return;
    case "length":
      collectLength(state, ids);
      return;
    case "integer":
    case "farX":
    case "farY":
    case "farLength":
      collectInteger(state, ids);
      return;
    case "farSignY":
      ids.add(layout.plus);
      ids.add(layout.minus);
      return;
    case "sign":
      ids.add(layout.plus);
      ids.add(layout.minus);
      return;
    case "paint": {
      const ends = closing(state);
      addPaints(state, ids, shapeTokens(state, state.visible, true) + ends);
      const unstroked = shapeTokens(state, state.visible, false) + ends;
      if (state.look.fill && 1 + unstroked <= state.budget) ids.add(layout.none);
      return;
    }
    case "color":
      ids.add(layout.currentColor);
      if (1 + colorRest.length + tokensBehind(state) > state.budget) return;
      if (layout.color >= 0) ids.addRange(layout.color, layout.color + 0xfff);
      if (layout.red >= 0) ids.addRange(layout.red, layout.red + 255);
      return;
    case "shade":
      ids.addRange(layout.shade, layout.shade + 0xfff);
      return;
    case "green":
      ids.addRange(layout.green, layout.green + 255);
      return;
    case "blue":
      ids.addRange(layout.blue, layout.blue + 255);
      return;
    case "spread":
      ids.addRange(layout.spread, layout.spread + spreads.length - 1);
      return;
  }
}

/** The fewest tokens behind the open slot. */
function tokensBehind(state: DrawingState, shows = true): number {
  const slots = state.slots.length - state.slot - 1;
  return slots + endingAfterSlots(state, state.what, shows);
}

/** Whether the open element must show, for want of budget to draw another one. */
function mustShow(state: DrawingState): boolean {
  return !state.visible && mayShow(state) && 1 + tokensBehind(state, false) > state.budget;
}

function collectCoordinate(state: DrawingState, ids: AllowedIds, horizontal: boolean): void {
  const side = horizontal ? state.width : state.height;
  const must = mustShow(state);
  const [low, high] = canvasLimits(state, side, must);
  const barred = barredValue(state, must);
  if (!must) addFar(state, ids, horizontal);
  // The triangle's side: only values that lie far from the last point.
  const reach = must && onTriangle(state) ? sideLength(side) - 1 : 0;
  if (barred === undefined) {
    addCoordinates(state, ids, horizontal, low, high);
    return;
  }
  addCoordinates(state, ids, horizontal, low, Math.min(high, barred - reach - 1));
  addCoordinates(state, ids, horizontal, Math.max(low, barred + reach + 1), high);
}

/** The canvas, or the part of it where the element must have its points to show. */
function canvasLimits(state: DrawingState, side: number, must: boolean): readonly [number, number] {
  if (must && state.what === "arc") return [1, side - 1];
  if (must && isRect(state)) return [0, side - state.grammar.visibleExtent];
  return [0, side];
}

function isRect({ what }: DrawingState): boolean {
  return what === "rect" || what === "roundRect" || what === "ovalRect";
}

function onTriangle(state: DrawingState): boolean {
  return !state.look.stroke && (state.what === "horizontal" || state.what === "vertical");
}

/** The one value that the open slot must not take: where a line would end where it began. */
function barredValue(state: DrawingState, must: boolean): number | undefined {
  const { what, values, fromX, fromY, look } = state;
  const count = values.length;
  const straight = must && !showsDots(look);
  switch (what) {
    case "horizontal":
      return straight ? fromX : undefined;
    case "vertical":
      return straight ? fromY : undefined;
    case "lineto":
    case "nextPoint":
      return straight && count === 1 && values[0] === fromX ? fromY : undefined;
    case "line":
      return straight && count === 3 && values[2] === values[0] ? values[1] : undefined;
    case "quadratic":
      return must && count === 3 && values[2] === fromX ? fromY : undefined;
    case "cubic":
      return must && count === 5 && values[4] === fromX ? fromY : undefined;
    case "arc":
      return state.slot === state.slots.length - 1 && values[count - 1] === fromX
        ? fromY
        : undefined;
    case "linearGradient":
      return count === 3 && values[2] === values[0] ? values[1] : undefined;
    case "radialGradient":
      return barredAxisValue(values);
    default:
      return undefined;
  }
}

/** The axes of a radial gradient must not lie in line, nor be points. */
function barredAxisValue(values: readonly number[]): number | undefined {
  const [cx = 0, cy = 0, ax = 0, ay = 0, bx = 0] = values;
  if (values.length === 3) return ax === cx ? cy : undefined;
  if (values.length === 4) return ax === cx ? cx : undefined;
  if (values.length === 5 && ax !== cx) return cy + ((bx - cx) * (ay - cy)) / (ax - cx);
  return undefined;
}

/** Coordinates off the canvas: by a sign, or a step that leads there. */
function addFar(state: DrawingState, ids: AllowedIds, horizontal: boolean): void {
  addSigns(state, ids);
  if (!mayBeFar(state) || 1 + tokensBehindFar(state) > state.budget) return;
  const { layout, options } = state.grammar;
  const [side, from] = horizontal ? [state.width, state.x] : [state.height, state.y];
  const absolute = horizontal ? layout.x : layout.y;
  const slot = state.slots[state.slot];
  const stepping = state.grammar.relative && (slot === "stepX" || slot === "stepY");
  const within = (value: number) => stepping && Math.abs(value - from) <= layout.relativeRange;
  for (let value = side + 1; value <= layout.grid; value++) {
    if (!within(value)) ids.add(absolute + value);
  }
  if (!stepping) return;
  const reach = layout.relativeRange;
  const most = farthest * options.grid;
  const zero = (horizontal ? layout.dx : layout.dy) + reach - from;
  ids.addRange(zero + Math.max(-most, from - reach), zero + Math.min(-1, from + reach));
  ids.addRange(zero + Math.max(side + 1, from - reach), zero + Math.min(most, from + reach));
}

/** The signs of numbers that no coordinate, point or length token holds. */
function addSigns(state: DrawingState, ids: AllowedIds): void {
  const { layout } = state.grammar;
  if (!mayBeFar(state)) return;
  const slots = farSlotsOf(state.slots[state.slot]!);
  const behind = tokensBehindFar(state);
  const fits = (negative: boolean) =>
    1 + farTokens(state, slots, negative) + behind <= state.budget;
  if (fits(false)) ids.add(layout.plus);
  if (slots[0] !== "farLength" && fits(true)) ids.add(layout.minus);
}

/** The points of a gradient must not be in line, which is told of those on the canvas alone. */
function mayBeFar(state: DrawingState): boolean {
  return state.visible || !isGradient(state.what);
}

/** The fewest tokens behind the open slot once it holds a value off the canvas. */
function tokensBehindFar(state: DrawingState): number {
  const { far } = state;
  state.far = !isGradient(state.what);
  const behind = tokensBehind(state, false);
  state.far = far;
  return behind;
}

/** Adds the tokens of the coordinates from `low` to `high`, both included, fractions left out. */
function addCoordinates(
  state: DrawingState,
  ids: AllowedIds,
  horizontal: boolean,
  low: number,
  high: number,
): void {
  const { layout } = state.grammar;
  const first = Math.max(0, Math.ceil(low));
  const last = Math.min(horizontal ? state.width : state.height, Math.floor(high));
  const absolute = horizontal ? layout.x : layout.y;
  const slot = state.slots[state.slot];
  if (!state.grammar.relative || slot === "x" || slot === "y") {
    ids.addRange(absolute + first, absolute + last);
    return;
  }
  const from = horizontal ? state.x : state.y;
  const reach = layout.relativeRange;
  const zero = (horizontal ? layout.dx : layout.dy) + reach - from;
  ids.addRange(zero + Math.max(first, from - reach), zero + Math.min(last, from + reach));
  ids.addRange(absolute + first, absolute + Math.min(last, from - reach - 1));
  ids.addRange(absolute + Math.max(first, from + reach + 1), absolute + last);
}

function collectPoint(state: DrawingState, ids: AllowedIds): void {
  const { layout } = state.grammar;
  const must = mustShow(state);
  const right = Math.min(state.width, layout.grid - 1);
  const bottom = Math.min(state.height, layout.grid - 1);
  if (must && state.what === "lineto" && !state.look.stroke) {
    collectTriangle(state, ids, right, bottom);
    return;
  }
  if (!must) {
    addSigns(state, ids);
    addPointsOffCanvas(state, ids);
  }
  const [left, width] = canvasLimits(state, state.width, must);
  const [top, height] = canvasLimits(state, state.height, must);
  addPoints(state, ids, left, Math.min(right, width), top, Math.min(bottom, height));
  const barred = barredPoint(state, must);
  if (barred !== undefined) ids.except(barred);
}

/** Points beyond a canvas that is no square. */
function addPointsOffCanvas(state: DrawingState, ids: AllowedIds): void {
  if (!mayBeFar(state) || 1 + tokensBehindFar(state) > state.budget) return;
  const last = state.grammar.layout.grid - 1;
  if (state.width < last) addPoints(state, ids, state.width + 1, last, 0, last);
  else if (state.height < last) addPoints(state, ids, 0, last, state.height + 1, last);
}

function addPoints(
  state: DrawingState,
  ids: AllowedIds,
  left: number,
  right: number,
  top: number,
  bottom: number,
): void {
  const { point, grid } = state.grammar.layout;
  if (left === 0 && right === grid - 1) {
    ids.addRange(point + top * grid, point + bottom * grid + right);
    return;
  }
  for (let y = top; y <= bottom; y++) {
    ids.addRange(point + y * grid + left, point + y * grid + right);
  }
}

/** The triangle's sides: level and long, then down or up from above or below the first one. */
function collectTriangle(
  state: DrawingState,
  ids: AllowedIds,
  right: number,
  bottom: number,
): void {
  const { fromX, fromY, startX, triangle } = state;
  if (triangle === 0) {
    const side = sideLength(state.width);
    addPoints(state, ids, 0, fromX - side, fromY, fromY);
    addPoints(state, ids, fromX + side, right, fromY, fromY);
    return;
  }
  const side = sideLength(state.height);
  const left = Math.min(startX, fromX);
  const width = Math.max(startX, fromX);
  addPoints(state, ids, left, width, 0, fromY - side);
  addPoints(state, ids, left, width, fromY + side, bottom);
}

function barredPoint(state: DrawingState, must: boolean): number | undefined {
  const { what, values, slot, slots, grammar, fromX, fromY } = state;
  const id = (x: number, y: number) => grammar.layout.point + y * grammar.layout.grid + x;
  const last = slot === slots.length - 1;
  const straight = must && !showsDots(state.look);
  switch (what) {
    case "lineto":
    case "nextPoint":
      return straight && last ? id(fromX, fromY) : undefined;
    case "quadratic":
    case "cubic":
      return must && last ? id(fromX, fromY) : undefined;
    case "line":
      return straight && last ? id(values[0]!, values[1]!) : undefined;
    case "arc":
      return id(fromX, fromY);
    case "linearGradient":
      return slot === 1 ? id(values[0]!, values[1]!) : undefined;
    default:
      return undefined;
  }
}

function collectLength(state: DrawingState, ids: AllowedIds): void {
  const { layout, visibleExtent } = state.grammar;
  const { values, what, width, height } = state;
  const add = (low: number, high: number) =>
    ids.addRange(layout.length + low, layout.length + Math.min(layout.grid, Math.floor(high)));
  const index = values.length;
  const rounded = (what === "roundRect" || what === "ovalRect") && index >= 4;
  if (rounded) {
    const [width, height] = [values[2]!, values[3]!];
    const side = what === "roundRect" ? Math.min(width, height) : index === 4 ? width : height;
    add(1, Math.ceil(side / 2));
    if (side > layout.grid) addSigns(state, ids);
    return;
  }
  if (what === "arc" || !mustShow(state)) {
    add(1, layout.grid);
    addSigns(state, ids);
    return;
  }
  if (what === "circle") add(visibleExtent, Math.max(width, height) / 2);
  else if (what === "ellipse") add(visibleExtent, (index === 2 ? width : height) / 2);
  else add(visibleExtent, index === 2 ? width - values[0]! : height - values[1]!);
}

function collectInteger(state: DrawingState, ids: AllowedIds): void {
  const { digit, lastDigit } = state.grammar.layout;
  const [low, high] = integerBounds(state);
  const behind = tokensBehind(state);
  const value = state.digits * radix;
  for (let next = 0; next < radix; next++) {
    if (value + next >= low && value + next <= high) ids.add(lastDigit + next);
    if (value + next === 0) continue;
    const digits = digitsToReach(value + next, low, high);
    if (1 + digits + behind <= state.budget) ids.add(digit + next);
  }
}
