/** The ids that may fill the open slot of a production: coordinates, points, lengths and digits. */
import type { Endings } from "./endings.ts";
import { farthest, type Grammar } from "./grammar.ts";
import { digitsToReach, fewestTokens } from "./integers.ts";
import { radix } from "./layout.ts";
import { type Production, type Slot, slots } from "./production.ts";
import type { Question } from "./question.ts";

export class SlotIds {
  readonly #grammar: Grammar;
  readonly #endings: Endings;

  constructor(grammar: Grammar, endings: Endings) {
    this.#grammar = grammar;
    this.#endings = endings;
  }

  /** @param open the production that is open in the place. */
  collect(question: Question, open: Production): void {
    const { reader, sides } = question.place;
    const { first, count } = this.#grammar.layout;
    if (reader.inDigits) {
      this.#digits(question);
      return;
    }
    const slot = reader.openSlot;
    // Where the element is to be one that surely shows, for want of budget to draw another one.
    const tokens = question.roomy ? 0 : 1 + this.#endings.behindSlot(question.place, -1);
    const must = sides >= 0 && !question.fits(tokens);
    switch (slot.name) {
      case "x":
      case "toX":
      case "y":
      case "toY":
        if (must) this.#sureCoordinate(question, slot, open);
        else this.#coordinate(question, slot, tokens);
        return;
      case "point":
        if (reader.farPoint) this.#signs(question, slot, tokens);
        else if (must) this.#surePoint(question, open);
        else this.#point(question, tokens);
        return;
      case "length":
        this.#length(question, slot, tokens, must, open);
        return;
      case "signed":
        question.ids.add(first.plus);
        question.ids.add(first.minus);
        return;
      default: {
        const holder = slot.holder!;
        question.ids.addRange(first[holder], first[holder] + count[holder] - 1);
      }
    }
  }

  /** The first token of a point of a polyline, which has none that begins it. */
  collectPoint(question: Question, production: Production): void {
    const tokens = question.roomy ? 0 : question.needs(this.#endings, production) - 1;
    if (!question.fits(tokens)) return;
    const [slot] = production.slots;
    if (slot === slots.point) this.#point(question, tokens);
    else this.#coordinate(question, slot!, tokens);
  }

  #digits(question: Question): void {
    const { place, ids } = question;
    const { digit, lastDigit } = this.#grammar.numbers;
    const value = place.reader.digits * radix;
    for (const range of this.#endings.integers(place)) {
      const { low, high, behind, each } = range;
      for (let next = 0; next < radix; next++) {
        const number = value + next;
        const last = number >= low && number <= high;
        if (last && question.fits(1 + behind + each * number)) ids.add(lastDigit + next);
        if (number > 0 && question.fits(1 + fewestTokens(number, [range]))) ids.add(digit + next);
      }
    }
  }

  /** @param tokens of a token of a coordinate, and what follows it at least. */
  #coordinate(question: Question, slot: Slot, tokens: number): void {
    const { reader } = question.place;
    const { ids } = question;
    const { layout, relative, numbers } = this.#grammar;
    const { grid, relativeRange: reach } = layout.options;
    const horizontal = slot === slots.x || slot === slots.toX;
    const [side, from] = horizontal ? [reader.width, reader.x] : [reader.height, reader.y];
    const absolute = horizontal ? numbers.x : numbers.y;
    this.#signs(question, slot, tokens);
    const barred = horizontal ? undefined : this.#endOfNoArc(question);
    if (barred === undefined || barred < 0 || barred > side) this.#between(question, slot, 0, side);
    else {
      this.#between(question, slot, 0, barred - 1);
      this.#between(question, slot, barred + 1, side);
    }
    // Beyond a canvas that is no square.
    const stepping = relative && slot.step !== null;
    if (!stepping) {
      ids.addRange(absolute + side + 1, absolute + grid);
      return;
    }
    ids.addRange(absolute + side + 1, absolute + Math.min(grid, from - reach - 1));
    ids.addRange(absolute + Math.max(side, from + reach) + 1, absolute + grid);
    const most = farthest * grid;
    const zero = (horizontal ? numbers.dx : numbers.dy) + reach - from;
    ids.addRange(zero + Math.max(-most, from - reach), zero + Math.min(-1, from + reach));
    ids.addRange(zero + Math.max(side + 1, from - reach), zero + Math.min(most, from + reach));
  }

  /** The y at which an arc would end where it began, which is none. */
  #endOfNoArc({ place }: Question): number | undefined {
    const { open, openSlots, values, held, fromX, fromY } = place.reader;
    const arc = openSlots === 1 && open?.section === "command" && open.token.endsWith("Arc");
    return arc && values[held - 1] === fromX ? fromY : undefined;
  }

  /** Coordinates of the canvas from `low` to `high`, both included. */
  #between({ place, ids }: Question, slot: Slot, low: number, high: number): void {
    const { layout, relative, numbers } = this.#grammar;
    const { reader } = place;
    const horizontal = slot === slots.x || slot === slots.toX;
    const absolute = horizontal ? numbers.x : numbers.y;
    if (!relative || slot.step === null) {
      ids.addRange(absolute + low, absolute + high);
      return;
    }
    const from = horizontal ? reader.x : reader.y;
    const reach = layout.options.relativeRange;
    const zero = (horizontal ? numbers.dx : numbers.dy) + reach - from;
    ids.addRange(zero + Math.max(low, from - reach), zero + Math.min(high, from + reach));
    ids.addRange(absolute + low, absolute + Math.min(high, from - reach - 1));
    ids.addRange(absolute + Math.max(low, from + reach + 1), absolute + high);
  }

  /** On the canvas; of a path's side, far from where it begins. */
  #sureCoordinate(question: Question, slot: Slot, { section }: Production): void {
    const { width, height, fromX, fromY } = question.place.reader;
    const horizontal = slot === slots.x || slot === slots.toX;
    const [canvas, from] = horizontal ? [width, fromX] : [height, fromY];
    if (section !== "command") {
      this.#between(question, slot, 0, canvas);
      return;
    }
    const side = this.#endings.sureSide(canvas);
    this.#between(question, slot, 0, from - side);
    this.#between(question, slot, from + side, canvas);
  }

  /** Signs of numbers that no coordinate, point or length token holds. */
  #signs(question: Question, slot: Slot, tokens: number): void {
    const { numbers, layout } = this.#grammar;
    const { grid } = layout.options;
    const { reader } = question.place;
    const length = slot === slots.length;
    const both = slot === slots.point;
    const more = both && !reader.farPoint ? 2 : 0;
    const most = length ? this.#endings.mostLength(reader) : farthest * grid;
    const digits = digitsToReach(0, both ? 0 : grid + 1, most);
    if (question.fits(tokens + more + digits)) question.ids.add(numbers.plus);
    if (!length && question.fits(tokens + more + 1)) question.ids.add(numbers.minus);
  }

  #point(question: Question, tokens: number): void {
    const { reader } = question.place;
    const { numbers, layout } = this.#grammar;
    const { grid } = layout.options;
    this.#signs(question, slots.point, tokens);
    question.ids.addRange(numbers.point, numbers.point + grid * grid - 1);
    const { open, fromX, fromY } = reader;
    const arc = open?.section === "command" && open.token.endsWith("Arc");
    const within = Math.min(fromX, fromY) >= 0 && Math.max(fromX, fromY) < grid;
    if (arc && within) question.ids.except(numbers.point + fromY * grid + fromX);
  }

  #surePoint(question: Question, { section }: Production): void {
    const { place } = question;
    const { width, height, fromX, fromY, startX } = place.reader;
    const last = this.#grammar.layout.options.grid - 1;
    const [right, bottom] = [Math.min(width, last), Math.min(height, last)];
    if (section !== "command") {
      this.#rectangle(question, 0, right, 0, bottom);
      return;
    }
    if (place.level) {
      const side = this.#endings.sureSide(width);
      this.#rectangle(question, 0, fromX - side, fromY, fromY);
      this.#rectangle(question, fromX + side, right, fromY, fromY);
      return;
    }
    const side = this.#endings.sureSide(height);
    const [low, high] = [Math.min(startX, fromX), Math.max(startX, fromX)];
    this.#rectangle(question, low, high, 0, fromY - side);
    this.#rectangle(question, low, high, fromY + side, bottom);
  }

  #rectangle({ ids }: Question, left: number, right: number, top: number, bottom: number): void {
    const { numbers, layout } = this.#grammar;
    for (let y = top; y <= bottom; y++) {
      const row = numbers.point + y * layout.options.grid;
      ids.addRange(row + left, row + right);
    }
  }

  #length(question: Question, slot: Slot, tokens: number, must: boolean, open: Production): void {
    const { layout, numbers, shapes } = this.#grammar;
    const { values, held } = question.place.reader;
    const { grid } = layout.options;
    const add = (low: number, high: number) =>
      question.ids.addRange(numbers.length + low, numbers.length + Math.min(grid, high));
    if (must) {
      const [least, most] = this.#endings.sureRadii;
      add(least, most);
      return;
    }
    if (open.section === "shape" && held >= 4) {
      const [, , width = 0, height = 0] = values;
      const both = open === shapes.roundRect ? Math.min(width, height) : undefined;
      const side = both ?? (held === 4 ? width : height);
      add(1, Math.ceil(side / 2));
      if (side > grid) this.#signs(question, slot, tokens);
      return;
    }
    add(1, grid);
    this.#signs(question, slot, tokens);
  }
}
