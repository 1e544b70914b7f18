/**
 * The ids that may follow in a state: those of the grammar after which an ending still fits into the
 * budget.
 */
import type { AllowedIds } from "../core/allowed-ids.ts";
import { type DrawingState, openProduction } from "./drawing-state.ts";
import {
  closing,
  endingAfterSlots,
  integerTokens,
  modeEnding,
  oneMoreShape,
  shapeTokens,
  visibleIfEnded,
} from "./endings.ts";
import { deepestSampledGroup, fewestStops, ranks, stopTokens, type What } from "./grammar.ts";
import { caps, fillRules, joins } from "./layout.ts";
import { collectSlot } from "./next-slot-ids.ts";

export function collectIds(state: DrawingState, ids: AllowedIds): void {
  ids.clear();
  const { layout } = state.grammar;
  if (state.slot < state.slots.length) {
    collectSlot(state, ids);
    return;
  }
  switch (state.mode) {
    case "done":
      return;
    case "opening":
      ids.add(layout.special.drawing);
      return;
    case "size":
      addWhen(state, ids, layout.width, integerTokens(state, 0, "width") + modeEnding(state));
      addWhen(state, ids, layout.height, integerTokens(state, 0, "height") + modeEnding(state));
      collectBody(state, ids);
      return;
    case "group": {
      const opacity = integerTokens(state, 0, "groupOpacity");
      addWhen(state, ids, layout.groupOpacity, opacity + modeEnding(state));
      collectBody(state, ids);
      return;
    }
    case "body":
      collectBody(state, ids);
      return;
    case "style":
      collectStyled(state, ids);
      return;
    case "stops":
      collectStops(state, ids);
      return;
    case "path":
      collectPath(state, ids);
      return;
    case "points":
      collectPoints(state, ids);
      return;
  }
}

/** Adds an id, unless its class is absent or `rest` tokens do not fit behind it. */
function addWhen(
  state: DrawingState,
  ids: AllowedIds,
  first: number,
  rest: number,
  variants = 1,
): void {
  if (first >= 0 && 1 + rest <= state.budget) ids.addRange(first, first + variants - 1);
}

function collectBody(state: DrawingState, ids: AllowedIds): void {
  const { layout } = state.grammar;
  const ends = closing(state);
  const depth = state.groups.length;
  if (state.filled) {
    const missing = state.visible ? 0 : oneMoreShape(state, false) - ends;
    if (depth > 0) addWhen(state, ids, layout.endGroup, missing + ends - 1);
    else if (state.visible) ids.add(layout.special.eos);
  }
  if (depth < deepestSampledGroup) {
    addWhen(state, ids, layout.group, oneMoreShape(state, state.visible) + 1);
  }
  collectStyled(state, ids);
}

function collectStyled(state: DrawingState, ids: AllowedIds): void {
  collectPaints(state, ids);
  if (!state.look.fill && !state.look.stroke) return;
  collectProperties(state, ids);
  for (const { what, token, slots } of state.grammar.shapes) {
    addWhen(state, ids, token, slots.length + endingAfterSlots(state, what, true));
  }
}

function collectPaints(state: DrawingState, ids: AllowedIds): void {
  const { layout } = state.grammar;
  const { look, rank, visible } = state;
  const ends = closing(state);
  const stroked = shapeTokens(state, visible, true) + ends;
  if (rank < ranks.fill) {
    const rest = shapeTokens(state, visible, look.stroke) + ends;
    addPaints(state, ids, rest);
    if (look.stroke) addWhen(state, ids, layout.none, rest);
    else if (layout.stroke >= 0) addWhen(state, ids, layout.none, 2 + stroked);
  }
  if (rank < ranks.stroke) addWhen(state, ids, layout.stroke, 1 + stroked);
}

/** Paints other than none. @param rest tokens that follow the paint at least. */
export function addPaints(state: DrawingState, ids: AllowedIds, rest: number): void {
  const { layout, fixedPoint, merged, colorRest } = state.grammar;
  addWhen(state, ids, layout.currentColor, rest);
  addWhen(state, ids, layout.color, colorRest.length + rest, 0x1000);
  addWhen(state, ids, layout.red, colorRest.length + rest, 256);
  const ramp = 1 + fewestStops * stopTokens + rest;
  addWhen(state, ids, layout.linearGradient, 2 * fixedPoint.length + ramp);
  // A flat radial gradient paints nothing; merged points cannot be kept from being in line.
  if (!merged || state.visible) {
    addWhen(state, ids, layout.radialGradient, 3 * fixedPoint.length + ramp);
  }
  if (state.visible) addWhen(state, ids, layout.focalGradient, 4 * fixedPoint.length + ramp);
}

function collectProperties(state: DrawingState, ids: AllowedIds): void {
  const { layout } = state.grammar;
  const { rank, look } = state;
  const rest = shapeTokens(state, state.visible, look.stroke) + closing(state);
  const number = (what: What & keyof typeof ranks, token: number) => {
    if (rank >= ranks[what] || token < 0) return;
    addWhen(state, ids, token, integerTokens(state, 0, what) + rest);
  };
  if (look.stroke) {
    number("strokeWidth", layout.strokeWidth);
    if (rank < ranks.cap) addWhen(state, ids, layout.cap, rest, caps.length);
    if (rank < ranks.join) addWhen(state, ids, layout.join, rest, joins.length);
    number("miterLimit", layout.miterLimit);
    // All of what lies on the canvas could be a gap.
    if (state.visible) {
      if (rank < ranks.dashes) addWhen(state, ids, layout.dashes, 1 + rest);
      if (rank < ranks.dashOffset) addWhen(state, ids, layout.dashOffset, 2 + rest);
    }
    number("strokeOpacity", layout.strokeOpacity);
  }
  number("fillOpacity", layout.fillOpacity);
  if (rank < ranks.fillRule) addWhen(state, ids, layout.fillRule, rest, fillRules.length);
  number("opacity", layout.opacity);
}

function collectStops(state: DrawingState, ids: AllowedIds): void {
  const { layout } = state.grammar;
  const missing = Math.max(0, fewestStops - state.stops);
  const rest = shapeTokens(state, state.visible, state.look.stroke) + closing(state);
  const stop = integerTokens(state, 0, "stop") + 1;
  addWhen(state, ids, layout.stop, stop + Math.max(0, missing - 1) * stopTokens + rest);
  if (state.stopOpen) {
    const opacity = integerTokens(state, 0, "stopOpacity");
    addWhen(state, ids, layout.stopOpacity, opacity + missing * stopTokens + rest);
  }
  if (missing === 0) collectStyled(state, ids);
}

function collectPath(state: DrawingState, ids: AllowedIds): void {
  for (const { what, token, variants, slots } of state.grammar.commands) {
    if (what === "close" && !state.closable) continue;
    if (what === "moveto" && !state.drawn) continue;
    addWhen(state, ids, token, slots.length + endingAfterSlots(state, what, true), variants);
  }
  if (state.drawn) collectAfterElement(state, ids);
}

function collectPoints(state: DrawingState, ids: AllowedIds): void {
  const { nextPoint } = state.grammar;
  const rest = nextPoint.length + endingAfterSlots(state, "nextPoint", true);
  if (rest <= state.budget) {
    openProduction(state, "nextPoint", nextPoint);
    collectSlot(state, ids);
    state.slots = [];
    state.slot = 0;
  }
  if (state.points >= 2) collectAfterElement(state, ids);
}

/** What may follow a path or polyline, which no token of its own ends. */
function collectAfterElement(state: DrawingState, ids: AllowedIds): void {
  const { visible, filled } = state;
  state.visible = visibleIfEnded(state);
  state.filled = true;
  collectBody(state, ids);
  state.visible = visible;
  state.filled = filled;
}
