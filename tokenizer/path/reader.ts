/**
 * Reads a drawing's tokens one by one: where in the grammar it stands, what the open production
 * holds, and the pen. What is drawn goes to a canvas: a decoder's, or the automaton's, which only
 * watches. Asks for no more than that the tokens can be read; the automaton is stricter.
 */
import type {
  Appearance,
  Color,
  CurrentColor,
  GradientStop,
  PathCommand,
} from "../../svg/index.ts";
import {
  type Drafting,
  type Geometry,
  type Grammar,
  type OutlineKind,
  type PaintToken,
  type Production,
  type Slot,
  slots,
  type Values,
} from "./grammar.ts";
import { deepestNesting, largestInteger, radix, spreads, type TokenClass } from "./layout.ts";
import { initialPen, lookOf, type Pen, type PenPaint } from "./pen.ts";

/** What is drawn, element by element. */
export interface Canvas {
  /** @param grid size, before the first element. */
  size(width: number, height: number): void;
  shape(geometry: Geometry, look: Appearance): void;
  /** A path or polyline, which commands or points follow, and then its end. */
  outline(kind: OutlineKind, look: Appearance): void;
  command(command: PathCommand): void;
  point(x: number, y: number, isFirst: boolean): void;
  endOutline(): void;
  group(): void;
  fade(opacity: number): void;
  endGroup(): void;
}

/** Where in the grammar a drawing stands when no production is open. */
export type Mode =
  | "opening"
  | "size"
  /** After the token of a group. */
  | "group"
  | "body"
  /** After a property: an element must follow. */
  | "style"
  /** A paint must follow: the stroke's, or the color of a stop. */
  | "stroke"
  | "stopColor"
  | "stops"
  | "path"
  | "points"
  | "done";

interface Gradient {
  readonly target: "fill" | "stroke";
  readonly token: "linearGradient" | "radialGradient" | "focalGradient";
  readonly values: Values;
  readonly stops: GradientStop[];
}

/** What cannot be read, in words. */
export type Complaint = string;

export class DrawingReader<On extends Canvas> implements Drafting {
  readonly grammar: Grammar;
  readonly canvas: On;
  mode: Mode = "opening";

  /** The open production: the first of its slots that is not filled, and what the others hold. */
  open: Production | undefined;
  variant = 0;
  slot = 0;
  values: number[] = [];
  /** Slots behind those of the production: of dashes. */
  more = 0;
  /** The sign of the number that stands in place of a token, 0 for none, and the value of its digits. */
  sign: -1 | 0 | 1 = 0;
  digits = 0;
  /** Whether the x of the open point was such a number: its y is one, too. */
  farPoint = false;

  pen: Pen;
  x = 0;
  y = 0;
  startX = 0;
  startY = 0;
  /** The last point before the open production. */
  fromX = 0;
  fromY = 0;
  width: number;
  height: number;

  depth = 0;
  /** Rank of the last property before the coming element. */
  rank = 0;
  gradient: Gradient | undefined;
  stopOffset = 0;
  /** Whether the last stop may still be given an opacity. */
  stopOpen = false;
  /** Whether the open group holds an element. */
  filled = true;
  /** Whether the open subpath has a command, and whether its last one closed it. */
  drawn = false;
  closed = false;
  /** Points of the open polyline. */
  points = 0;

  constructor(grammar: Grammar, canvas: On) {
    const { options } = grammar.layout;
    this.grammar = grammar;
    this.canvas = canvas;
    this.pen = initialPen(options);
    this.width = this.height = options.grid;
  }

  /** A copy that draws on another canvas. */
  clone(canvas: On): DrawingReader<On> {
    const copy = new DrawingReader(this.grammar, canvas);
    Object.assign(copy, this, { canvas, values: this.values.slice(), pen: { ...this.pen } });
    if (this.gradient !== undefined) {
      copy.gradient = { ...this.gradient, stops: this.gradient.stops.slice() };
    }
    return copy;
  }

  /** Slots that are not filled yet. */
  get openSlots(): number {
    return this.open === undefined ? 0 : this.open.slots.length + this.more - this.slot;
  }

  get openSlot(): Slot {
    return this.open?.slots[this.slot] ?? slots.dash;
  }

  /** Whether digits are what may follow, in the open slot. */
  get inDigits(): boolean {
    return this.sign !== 0 || this.openSlot.digits === "at once";
  }

  /** Moves past a token. @returns what is wrong where it cannot follow; nothing may be taken then. */
  take(id: number): Complaint | undefined {
    if (this.open !== undefined) return this.#fill(id);
    const production = this.grammar.productionOf(id);
    if (production === undefined) return this.#takePoint(id);
    if (!this.#mayStand(production)) return this.#complaint();
    if (production.token === "group" && this.depth >= deepestNesting) {
      return `groups nest deeper than ${deepestNesting}`;
    }
    this.#leave(production);
    this.#begin(production, id - production.first);
    if (production.slots.length === 0) this.#complete(production);
    return undefined;
  }

  /** Of a polyline, which no token of its own begins. */
  #takePoint(id: number): Complaint | undefined {
    const token = this.grammar.layout.classOf(id);
    if (this.mode !== "points" || token === undefined || !pointTokens.includes(token)) {
      return this.#complaint();
    }
    const { first, next } = this.grammar.points;
    this.#begin(this.points === 0 ? first : next, 0);
    return this.#fill(id);
  }

  #mayStand({ section, token }: Production): boolean {
    switch (this.mode) {
      case "done":
        return false;
      case "opening":
        return section === "opening";
      case "stroke":
        return section === "paint";
      case "stopColor":
        return token === "currentColor" || token === "color" || token === "red";
    }
    switch (section) {
      case "opening":
        return false;
      case "size":
        return this.mode === "size";
      case "fade":
        return this.mode === "group";
      case "command":
        return this.mode === "path";
      case "stop":
        return this.mode === "stops";
      case "stopOpacity":
        return this.mode === "stops" && this.stopOpen;
      case "body":
        if (this.mode === "style" || this.mode === "stops") return false;
        if (token === "group") return true;
        return token === "eos" ? this.depth === 0 : this.depth > 0;
      default:
        return true;
    }
  }

  #complaint(): Complaint {
    switch (this.mode) {
      case "done":
        return "the drawing has ended before this token";
      case "opening":
        return "a drawing begins with its opening token";
      case "stroke":
      case "stopColor":
        return "a color must stand here";
      case "style":
      case "stops":
        return "an element must follow an appearance";
      default:
        return this.depth > 0
          ? "this token neither continues nor ends a group"
          : "this token begins no element";
    }
  }

  /** Ends what has no end token of its own, where a production does not continue it. */
  #leave({ section }: Production): void {
    if (section === "command" || section === "stop" || section === "stopOpacity") return;
    if (this.mode === "path" || this.mode === "points") {
      this.canvas.endOutline();
      this.#endElement();
    } else if (this.mode === "stops") this.#endGradient();
  }

  #begin(production: Production, variant: number): void {
    this.open = production;
    this.variant = variant;
    this.slot = 0;
    this.values.length = 0;
    this.fromX = this.x;
    this.fromY = this.y;
    if (production.section === "shape") this.rank = 0;
    if (this.mode !== "stroke" && this.mode !== "stopColor" && production.rank > 0) {
      this.rank = production.rank;
    }
  }

  #fill(id: number): Complaint | undefined {
    const { layout } = this.grammar;
    const slot = this.openSlot;
    const token = layout.classOf(id);
    if (this.inDigits) return this.#digit(slot, token, id);
    if (token === "plus" || (token === "minus" && slot.digits === "behind a sign")) {
      if (slot.digits === "none") return complaintOf(slot);
      this.sign = token === "plus" ? 1 : -1;
      return undefined;
    }
    if (token === undefined || this.farPoint || !slot.holders.includes(token)) {
      return complaintOf(slot);
    }
    const value = layout.offsetOf(id);
    switch (token) {
      case "x":
        this.#placeX(value);
        break;
      case "y":
        this.#placeY(value);
        break;
      case "dx":
        this.#placeX(this.x + value - layout.options.relativeRange);
        break;
      case "dy":
        this.#placeY(this.y + value - layout.options.relativeRange);
        break;
      case "point":
        this.#placeX(value % layout.options.grid);
        this.#placeY(Math.floor(value / layout.options.grid));
        break;
      default:
        this.values.push(value);
    }
    this.#nextSlot();
    return undefined;
  }

  #digit({ name }: Slot, token: TokenClass | undefined, id: number): Complaint | undefined {
    const { layout } = this.grammar;
    if (token !== "digit" && token !== "lastDigit") return "a digit must stand here";
    const value = this.digits * radix + layout.offsetOf(id);
    const most = name === "integer" ? this.open!.range[2] : largestInteger;
    if (value > most) return `the number is above ${most}`;
    if (token === "digit") {
      if (value === 0) return "a number begins with a zero";
      this.digits = value;
      return undefined;
    }
    if (this.open!.section === "size" && value < 1) return "a side of the view box cannot be 0";
    const number = this.sign < 0 && value !== 0 ? -value : value;
    this.sign = 0;
    this.digits = 0;
    if (name === "point") {
      if (!this.farPoint) {
        this.#placeX(number);
        this.farPoint = true;
        return undefined;
      }
      this.farPoint = false;
      this.#placeY(number);
    } else if (name === "x" || name === "toX") this.#placeX(number);
    else if (name === "y" || name === "toY") this.#placeY(number);
    else {
      this.values.push(number);
      if (name === "count") this.more = number;
    }
    this.#nextSlot();
    return undefined;
  }

  #placeX(x: number): void {
    this.values.push(x);
    if (this.open!.section !== "paint") this.x = x;
  }

  #placeY(y: number): void {
    this.values.push(y);
    if (this.open!.section !== "paint") this.y = y;
  }

  #nextSlot(): void {
    this.slot++;
    if (this.openSlots === 0) this.#complete(this.open!);
  }

  #complete(production: Production): void {
    this.open = undefined;
    this.more = 0;
    if (production.section === "property") this.mode = "style";
    // Eight numbers at most, but for dashes: what a production takes, its slots hold.
    production.effect(this, this.values as unknown as Values, this.variant);
  }

  // What productions do.

  begin(): void {
    this.mode = "size";
  }

  size(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.canvas.size(width, height);
    this.mode = "body";
  }

  group(): void {
    this.depth++;
    this.filled = false;
    this.canvas.group();
    this.mode = "group";
  }

  fade(opacity: number): void {
    this.canvas.fade(opacity);
    this.mode = "body";
  }

  endGroup(): void {
    this.depth--;
    this.canvas.endGroup();
    this.#endElement();
  }

  end(): void {
    this.mode = "done";
  }

  strokePaint(): void {
    this.mode = "stroke";
  }

  paint(token: PaintToken, values: Values, variant: number): void {
    const target = this.mode === "stroke" ? "stroke" : "fill";
    switch (token) {
      case "none":
        this.#setPaint(target, null);
        return;
      case "currentColor":
        this.#setColor(target, { kind: "currentColor" });
        return;
      case "color": {
        const lower = this.grammar.layout.count.shade === 0 ? variant : values[0];
        this.#setColor(target, {
          kind: "color",
          rgb: (spreadNibbles(variant) << 4) | spreadNibbles(lower),
        });
        return;
      }
      case "red":
        this.#setColor(target, {
          kind: "color",
          rgb: (variant << 16) | (values[0] << 8) | values[1],
        });
        return;
      default: {
        // The values stay, as those of the stops take their place.
        const kept = this.values.slice() as unknown as Values;
        this.gradient = { target, token, values: kept, stops: [] };
        this.stopOpen = false;
        this.mode = "stops";
      }
    }
  }

  #setColor(target: "fill" | "stroke", color: Color | CurrentColor): void {
    if (this.mode !== "stopColor") {
      this.#setPaint(target, color);
      return;
    }
    this.gradient!.stops.push({ offset: this.stopOffset, color, opacity: 100 });
    this.stopOpen = true;
    this.mode = "stops";
  }

  #setPaint(target: "fill" | "stroke", paint: PenPaint): void {
    this.pen[target] = paint;
    this.mode = "style";
  }

  stop(offset: number): void {
    this.stopOffset = offset;
    this.mode = "stopColor";
  }

  stopOpacity(opacity: number): void {
    const { stops } = this.gradient!;
    stops.push({ ...stops.pop()!, opacity });
    this.stopOpen = false;
  }

  #endGradient(): void {
    const { target, token, values, stops } = this.gradient!;
    this.gradient = undefined;
    if (token === "linearGradient") {
      const [x1, y1, x2, y2, spread] = values;
      const ramp = { spread: spreads[spread]!, stops };
      this.#setPaint(target, { kind: token, x1, y1, x2, y2, ...ramp });
      return;
    }
    const [cx, cy, ax, ay, bx, by] = values;
    const focal = token === "focalGradient";
    const [fx, fy, spread] = focal
      ? ([values[6], values[7], values[8]] as const)
      : ([cx, cy, values[6]] as const);
    const ramp = { spread: spreads[spread]!, stops };
    this.#setPaint(target, { kind: "radialGradient", cx, cy, ax, ay, bx, by, fx, fy, ...ramp });
  }

  shape(geometry: Geometry): void {
    this.canvas.shape(geometry, lookOf(this.pen));
    this.#endElement();
  }

  outline(kind: OutlineKind): void {
    this.canvas.outline(kind, lookOf(this.pen));
    this.points = 0;
    if (kind === "path") this.command({ type: "M", x: this.x, y: this.y });
    else this.mode = "points";
  }

  command(command: PathCommand): void {
    this.mode = "path";
    this.drawn = command.type !== "M";
    this.closed = command.type === "Z";
    if (command.type === "M") {
      this.startX = this.x;
      this.startY = this.y;
    } else if (this.closed) {
      this.x = this.startX;
      this.y = this.startY;
    }
    this.canvas.command(command);
  }

  point(): void {
    this.canvas.point(this.x, this.y, this.points === 0);
    this.points++;
  }

  #endElement(): void {
    this.filled = true;
    this.rank = 0;
    this.mode = "body";
  }
}

const pointTokens: readonly TokenClass[] = ["x", "dx", "point", "plus", "minus"];

function complaintOf({ name }: Slot): Complaint {
  if (name === "length" || name === "spread") return `a ${name} must stand here`;
  const color = name === "shade" || name === "green" || name === "blue";
  return color ? "a color must stand here" : "a coordinate must stand here";
}

/** 0xabc to 0x0a0b0c. */
function spreadNibbles(color: number): number {
  return ((color & 0xf00) << 8) | ((color & 0xf0) << 4) | (color & 0xf);
}
