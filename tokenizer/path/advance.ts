/** Moves a drawing's state past a token that may follow. */
import { type DrawingState, endElement, openProduction } from "./drawing-state.ts";
import { visibleIfEnded } from "./endings.ts";
import { fillSlot } from "./fill-slot.ts";
import { type Production, ranks, type What } from "./grammar.ts";
import { caps, joins, within } from "./layout.ts";
import { openPaint } from "./open-paint.ts";

export function advance(state: DrawingState, id: number): void {
  state.budget--;
  if (state.slot < state.slots.length) {
    fillSlot(state, id);
    return;
  }
  if (state.mode === "points" && isCoordinate(state, id)) {
    openProduction(state, "nextPoint", state.grammar.nextPoint);
    fillSlot(state, id);
    return;
  }
  const { layout, commands, shapes } = state.grammar;
  switch (id) {
    case layout.special.drawing:
      state.mode = "size";
      return;
    case layout.width:
      openProduction(state, "width", ["integer"]);
      return;
    case layout.height:
      openProduction(state, "height", ["integer"]);
      return;
    case layout.groupOpacity:
      openProduction(state, "groupOpacity", ["integer"]);
      return;
    case layout.stop:
      openProduction(state, "stop", ["integer", "color"]);
      return;
    case layout.stopOpacity:
      openProduction(state, "stopOpacity", ["integer"]);
      return;
  }
  const command = state.mode === "path" ? find(commands, id) : undefined;
  if (command !== undefined) {
    openCommand(state, command, id);
    return;
  }
  endOpenElement(state);
  const shape = find(shapes, id);
  if (shape !== undefined) {
    state.rank = 0;
    openProduction(state, shape.what, shape.slots);
    return;
  }
  advanceBody(state, id);
}

function find<Kind extends What>(
  table: readonly Production<Kind>[],
  id: number,
): Production<Kind> | undefined {
  return table.find(({ token, variants }) => id >= token && id < token + variants);
}

function isCoordinate(state: DrawingState, id: number): boolean {
  const { point, x, dx, grid, relativeRange, plus, minus } = state.grammar.layout;
  return (
    id === plus ||
    id === minus ||
    within(id, point, grid * grid) ||
    within(id, x, grid + 1) ||
    within(id, dx, 2 * relativeRange + 1)
  );
}

function openCommand(state: DrawingState, command: Production, id: number): void {
  openProduction(state, command.what, command.slots);
  state.variant = id - command.token;
  if (command.what !== "close") return;
  state.coverage?.close();
  state.x = state.startX;
  state.y = state.startY;
  state.drawn = true;
  state.closable = false;
  state.triangle = -1;
}

/** A path or polyline ends where a token comes that does not continue it. */
function endOpenElement(state: DrawingState): void {
  if (state.mode !== "path" && state.mode !== "points") return;
  endElement(state, visibleIfEnded(state));
}

function advanceBody(state: DrawingState, id: number): void {
  const { layout } = state.grammar;
  const { groups } = state;
  switch (id) {
    case layout.special.eos:
      state.mode = "done";
      return;
    case layout.group:
      groups.push(groups[groups.length - 1] ?? 1);
      state.filled = false;
      state.mode = "group";
      return;
    case layout.endGroup:
      groups.pop();
      state.filled = true;
      state.mode = "body";
      return;
    default:
      if (state.mode !== "stops") state.mode = "style";
      advanceStyle(state, id);
  }
}

function advanceStyle(state: DrawingState, id: number): void {
  const { layout } = state.grammar;
  const { look } = state;
  const number = (what: What & keyof typeof ranks) => {
    state.rank = ranks[what];
    openProduction(state, what, ["integer"]);
  };
  state.mode = "style";
  switch (id) {
    case layout.stroke:
      state.rank = ranks.stroke;
      look.stroke = true;
      openProduction(state, "stroke", ["paint"]);
      return;
    case layout.strokeWidth:
      number("strokeWidth");
      return;
    case layout.miterLimit:
      number("miterLimit");
      return;
    case layout.dashes:
      number("dashes");
      return;
    case layout.dashOffset:
      state.rank = ranks.dashOffset;
      openProduction(state, "dashOffset", ["sign", "integer"]);
      return;
    case layout.strokeOpacity:
      number("strokeOpacity");
      return;
    case layout.fillOpacity:
      number("fillOpacity");
      return;
    case layout.opacity:
      number("opacity");
      return;
  }
  if (within(id, layout.cap, caps.length)) {
    state.rank = ranks.cap;
    look.capped = id !== layout.cap;
  } else if (within(id, layout.join, joins.length)) {
    state.rank = ranks.join;
  } else if (within(id, layout.fillRule, 2)) {
    state.rank = ranks.fillRule;
    look.evenOdd = id !== layout.fillRule;
  } else {
    state.rank = ranks.fill;
    look.fill = id !== layout.none;
    openPaint(state, "fill", id);
  }
}
