/**
 * Reads a drawing's tokens one by one: the open production, what its slots hold, and the digits of a
 * number. Asks for no more than that the tokens can be read; the automaton is stricter.
 */
import { type Canvas, Draft } from "./draft.ts";
import { deepestNesting, largestInteger, radix, type TokenClass } from "./layout.ts";
import { type Production, type Slot, slots, type Values } from "./production.ts";

/** What cannot be read, in words. */
export type Complaint = string;

export class DrawingReader<On extends Canvas> extends Draft<On> {
  /** The open production: the first of its slots that is not filled, and slots behind them: of dashes. */
  open: Production | undefined = undefined;
  variant = 0;
  slot = 0;
  more = 0;
  /** What the filled slots hold: so many numbers, a point's token two. Those behind are old ones. */
  values: number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  held = 0;
  /** The sign of the number that stands in place of a token, 0 for none, and the value of its digits. */
  sign: -1 | 0 | 1 = 0;
  digits = 0;
  /** Whether the x of the open point was such a number: its y is one, too. */
  farPoint = false;
  /** The last point before the open production. */
  fromX = 0;
  fromY = 0;

  /**
   * Becomes as another reader is, but for the canvas. Field by field: a grammar of merged tokens copies
   * places by the hundred for every token.
   */
  override become(other: DrawingReader<On>): void {
    super.become(other);
    this.open = other.open;
    this.variant = other.variant;
    this.slot = other.slot;
    this.more = other.more;
    this.values = other.values.slice();
    this.held = other.held;
    this.sign = other.sign;
    this.digits = other.digits;
    this.farPoint = other.farPoint;
    this.fromX = other.fromX;
    this.fromY = other.fromY;
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
    if (this.open !== undefined) return this.#fill(this.open, id);
    const production = this.grammar.productionOf(id);
    if (production === undefined) return this.#takePoint(id);
    // Most productions are commands, which go on with a path.
    if (this.mode !== "path" || production.section !== "command") {
      if (!this.#mayStand(production)) return this.#complaint();
      if (production.token === "group" && this.depth >= deepestNesting) {
        return `groups nest deeper than ${deepestNesting}`;
      }
      this.#leave(production);
    }
    this.#begin(production, id - production.first);
    if (production.slots.length === 0) this.#complete(production);
    return undefined;
  }

  /** Of a polyline, which no token of its own begins. */
  #takePoint(id: number): Complaint | undefined {
    const token = this.layout.classOf(id);
    if (this.mode !== "points" || token === undefined || !pointTokens.includes(token)) {
      return this.#complaint();
    }
    const { first, next } = this.grammar.points;
    const point = this.points === 0 ? first : next;
    this.#begin(point, 0);
    return this.#fill(point, id);
  }

  #mayStand({ section, token }: Production): boolean {
    const { mode } = this;
    switch (mode) {
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
        return mode === "size";
      case "fade":
        return mode === "group";
      case "command":
        return false;
      case "stop":
        return mode === "stops";
      case "stopOpacity":
        return mode === "stops" && this.stopOpen;
      case "body":
        if (mode === "style" || mode === "stops") return false;
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
      this.endElement();
    } else if (this.mode === "stops") this.endGradient();
  }

  #begin(production: Production, variant: number): void {
    this.open = production;
    this.variant = variant;
    this.slot = 0;
    this.held = 0;
    this.fromX = this.x;
    this.fromY = this.y;
    const { section, rank } = production;
    if (section === "shape") this.rank = 0;
    if (rank > 0 && this.mode !== "stroke" && this.mode !== "stopColor") this.rank = rank;
  }

  #fill(production: Production, id: number): Complaint | undefined {
    const slot = production.slots[this.slot] ?? slots.dash;
    const { layout } = this;
    const token = layout.classOf(id);
    if (this.sign !== 0 || slot.digits === "at once") {
      return this.#digit(production, slot, token, id);
    }
    if (token === "plus" || (token === "minus" && slot.digits === "behind a sign")) {
      if (slot.digits === "none") return complaintOf(slot);
      this.sign = token === "plus" ? 1 : -1;
      return undefined;
    }
    const fits = token !== undefined && (token === slot.holder || token === slot.step);
    if (!fits || this.farPoint) return complaintOf(slot);
    const value = layout.offsetOf(id);
    switch (token) {
      case "x":
        this.#placeX(production, value);
        break;
      case "y":
        this.#placeY(production, value);
        break;
      case "dx":
        this.#placeX(production, this.x + value - layout.options.relativeRange);
        break;
      case "dy":
        this.#placeY(production, this.y + value - layout.options.relativeRange);
        break;
      case "point": {
        const { grid } = layout.options;
        this.#placeX(production, value % grid);
        this.#placeY(production, (value / grid) | 0);
        break;
      }
      default:
        this.values[this.held++] = value;
    }
    this.#nextSlot(production);
    return undefined;
  }

  #digit(
    production: Production,
    { name }: Slot,
    token: TokenClass | undefined,
    id: number,
  ): Complaint | undefined {
    const { layout } = this;
    if (token !== "digit" && token !== "lastDigit") return "a digit must stand here";
    const value = this.digits * radix + layout.offsetOf(id);
    const most = name === "integer" ? production.range[2] : largestInteger;
    if (value > most) return `the number is above ${most}`;
    if (token === "digit") {
      if (value === 0) return "a number begins with a zero";
      this.digits = value;
      return undefined;
    }
    if (production.section === "size" && value < 1) return "a side of the view box cannot be 0";
    const number = this.sign < 0 && value !== 0 ? -value : value;
    this.sign = 0;
    this.digits = 0;
    if (name === "point") {
      if (!this.farPoint) {
        this.#placeX(production, number);
        this.farPoint = true;
        return undefined;
      }
      this.farPoint = false;
      this.#placeY(production, number);
    } else if (name === "x" || name === "toX") this.#placeX(production, number);
    else if (name === "y" || name === "toY") this.#placeY(production, number);
    else {
      this.values[this.held++] = number;
      if (name === "count") this.more = number;
    }
    this.#nextSlot(production);
    return undefined;
  }

  #placeX(production: Production, x: number): void {
    this.values[this.held++] = x;
    if (production.section !== "paint") this.x = x;
  }

  #placeY(production: Production, y: number): void {
    this.values[this.held++] = y;
    if (production.section !== "paint") this.y = y;
  }

  #nextSlot(production: Production): void {
    this.slot++;
    if (this.slot === production.slots.length + this.more) this.#complete(production);
  }

  #complete(production: Production): void {
    this.open = undefined;
    this.more = 0;
    if (production.section === "property") this.mode = "style";
    // Nine numbers at least: what a production takes, its slots hold.
    production.effect(this, this.values as unknown as Values, this.variant);
  }
}

const pointTokens: readonly TokenClass[] = ["x", "dx", "point", "plus", "minus"];

function complaintOf({ name }: Slot): Complaint {
  if (name === "length" || name === "spread") return `a ${name} must stand here`;
  const color = name === "shade" || name === "green" || name === "blue";
  return color ? "a color must stand here" : "a coordinate must stand here";
}
