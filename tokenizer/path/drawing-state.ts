/** A place within a drawing's tokens, and all that decides what may follow there. */
import type { Coverage } from "../grammar/visibility/index.ts";
import type { Grammar, Slot, What } from "./grammar.ts";

/** Where in the grammar a drawing stands when no slot is open. */
export type Mode =
  | "opening"
  | "size"
  | "group"
  | "body"
  /** After a property: an element must follow. */
  | "style"
  | "stops"
  | "path"
  | "points"
  | "done";

export interface Look {
  fill: boolean;
  stroke: boolean;
  /** Whether the caps are round or square, and whether there are dashes. */
  capped: boolean;
  dashed: boolean;
  evenOdd: boolean;
  fillOpacity: number;
  strokeOpacity: number;
  opacity: number;
}

export interface DrawingState {
  readonly grammar: Grammar;
  budget: number;
  mode: Mode;
  /** The open production: its slots, the next one, what the filled ones hold. */
  what: What;
  variant: number;
  slots: readonly Slot[];
  slot: number;
  values: number[];
  /** Value of the digits of an integer that stand, and whether a minus stands before them. */
  digits: number;
  negative: boolean;
  /** Whether a line from the last point, or a value that stands, lies off the canvas. */
  far: boolean;

  width: number;
  height: number;
  x: number;
  y: number;
  startX: number;
  startY: number;
  /** The last point before the open production. */
  fromX: number;
  fromY: number;

  look: Look;
  /** Rank of the last property before the coming element. */
  rank: number;
  stops: number;
  lastOffset: number;
  /** Whether the last stop may still be given an opacity. */
  stopOpen: boolean;

  /** Opacity of each open group, all around it multiplied in, as a share of 1. */
  groups: number[];
  /** Whether the open group holds an element. */
  filled: boolean;
  /** Whether something that surely shows was drawn. */
  visible: boolean;
  /** Whether the open subpath has a command, and whether a closepath may follow: not on another. */
  drawn: boolean;
  closable: boolean;
  /** Points of the open polyline or polygon. */
  points: number;
  /** Steps done of the triangle that makes a filled path visible by the fewest tokens; -1 off it. */
  triangle: number;
  /** The outline of the open element while its fill alone may make it visible. */
  coverage: Coverage | null;
}

export function startState(grammar: Grammar, budget: number): DrawingState {
  const { grid, initial } = grammar.options;
  const stroked = initial === "stroked";
  return {
    grammar,
    budget,
    mode: "opening",
    what: "path",
    variant: 0,
    slots: [],
    slot: 0,
    values: [],
    digits: 0,
    negative: false,
    far: false,
    width: grid,
    height: grid,
    x: 0,
    y: 0,
    startX: 0,
    startY: 0,
    fromX: 0,
    fromY: 0,
    look: {
      fill: !stroked,
      stroke: stroked,
      capped: stroked,
      dashed: false,
      evenOdd: false,
      fillOpacity: 100,
      strokeOpacity: 100,
      opacity: 100,
    },
    rank: 0,
    stops: 0,
    lastOffset: 0,
    stopOpen: false,
    groups: [],
    filled: true,
    visible: grammar.allowEmpty,
    drawn: false,
    closable: false,
    points: 0,
    triangle: -1,
    coverage: null,
  };
}

export function cloneState(state: DrawingState): DrawingState {
  return {
    ...state,
    values: state.values.slice(),
    look: { ...state.look },
    groups: state.groups.slice(),
    coverage: state.coverage?.clone() ?? null,
  };
}

export function openProduction(state: DrawingState, what: What, slots: readonly Slot[]): void {
  state.what = what;
  state.slots = slots;
  state.slot = 0;
  state.values.length = 0;
  state.digits = 0;
  state.fromX = state.x;
  state.fromY = state.y;
  state.far = isAstray(state, what);
}

/**
 * Whether what continues the last point, or the one that a closepath returns to, may not show, as
 * that lies off the canvas.
 */
export function isAstray(state: DrawingState, what: What): boolean {
  if (!continues.has(what)) return false;
  const { width, height } = state;
  const [x, y] = what === "close" ? [state.startX, state.startY] : [state.x, state.y];
  return x < 0 || y < 0 || x > width || y > height;
}

const continues: ReadonlySet<What> = new Set([
  "lineto",
  "horizontal",
  "vertical",
  "quadratic",
  "cubic",
  "arc",
  "close",
  "nextPoint",
]);

export function endElement(state: DrawingState, visible: boolean): void {
  state.visible = visible;
  state.coverage = null;
  state.triangle = -1;
  state.filled = true;
  state.rank = 0;
  state.mode = "body";
}
