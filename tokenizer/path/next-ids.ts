/**
 * The ids that may follow in a place: those of the grammar, in the ranges of canonical drawings, after
 * which an ending still fits into the budget.
 */
import { AllowedIds } from "../grammar/index.ts";
import type { Endings, PathPlace } from "./endings.ts";
import {
  farthest,
  fewestStops,
  type Grammar,
  type Production,
  type Slot,
  slots,
} from "./grammar.ts";
import { digitsToReach, fewestTokens } from "./integers.ts";
import { radix } from "./layout.ts";

/** Groups that sampling opens within groups. */
const deepestSampledGroup = 198;
/** No production and ending behind it take more tokens, but for one a group: dashes take the most. */
const roomyBudget = 160;

/** Ids of the place, for one budget. */
export class NextIds {
  readonly #grammar: Grammar;
  readonly #endings: Endings;

  constructor(grammar: Grammar, endings: Endings) {
    this.#grammar = grammar;
    this.#endings = endings;
  }

  at(place: PathPlace, budget: number): AllowedIds {
    const ids = new AllowedIds();
    const collection = new Collection(this.#grammar, this.#endings, place, budget, ids);
    collection.run();
    ids.sort();
    return ids;
  }
}

class Collection {
  readonly #grammar: Grammar;
  readonly #endings: Endings;
  readonly #place: PathPlace;
  readonly #budget: number;
  /** Whether whatever may come leaves an ending: then none is counted. */
  readonly #roomy: boolean;
  readonly #ids: AllowedIds;

  constructor(
    grammar: Grammar,
    endings: Endings,
    place: PathPlace,
    budget: number,
    ids: AllowedIds,
  ) {
    this.#grammar = grammar;
    this.#endings = endings;
    this.#place = place;
    this.#budget = budget;
    this.#roomy = budget - place.reader.depth > roomyBudget;
    this.#ids = ids;
  }

  run(): void {
    const { reader } = this.#place;
    const { sections } = this.#grammar;
    if (reader.open !== undefined) {
      this.#slot();
      return;
    }
    switch (reader.mode) {
      case "done":
        return;
      case "opening":
        this.#addAll(sections.opening);
        return;
      case "size":
        this.#addAll(sections.size);
        this.#body(true);
        return;
      case "group":
        this.#addAll(sections.fade);
        this.#body(false);
        return;
      case "body":
        this.#body(reader.filled);
        return;
      case "style":
        this.#styled();
        return;
      case "stroke":
        this.#strokePaint();
        return;
      case "stopColor": {
        const { currentColor, color, red } = this.#grammar.paints;
        this.#addAll([currentColor, color, red]);
        return;
      }
      case "stops":
        this.#add(this.#grammar.stops.stop);
        if (reader.stopOpen) this.#add(this.#grammar.stops.stopOpacity);
        if (reader.gradient!.stops.length >= fewestStops) this.#styled();
        return;
      case "path":
        this.#commands();
        return;
      case "points":
        this.#nextPoint(
          reader.points === 0 ? this.#grammar.points.first : this.#grammar.points.next,
        );
        if (reader.points >= 2) this.#body(true);
        return;
    }
  }

  #addAll(productions: readonly Production[]): void {
    for (const production of productions) this.#add(production);
  }

  #add(production: Production): void {
    const { first, count } = production;
    if (count === 0) return;
    if (!this.#roomy && !this.#fits(this.#endings.production(this.#place, production))) return;
    this.#ids.addRange(first, first + count - 1);
  }

  #fits(tokens: number): boolean {
    // What leads nowhere fits into no budget, not even into an endless one.
    return tokens <= this.#budget && tokens < Number.POSITIVE_INFINITY;
  }

  /** @param filled whether the open group holds an element. */
  #body(filled: boolean): void {
    const { reader } = this.#place;
    const { group, endGroup, eos } = this.#grammar;
    if (filled && reader.depth > 0) this.#add(endGroup);
    if (filled && reader.depth === 0 && reader.canvas.showsIfEnded) this.#add(eos);
    if (reader.depth < deepestSampledGroup) this.#add(group);
    this.#styled();
  }

  #styled(): void {
    const { rank, pen, gradient } = this.#place.reader;
    const { sections, paints, properties } = this.#grammar;
    const filled = pen.fill !== null || gradient?.target === "fill";
    const stroked = pen.stroke !== null || gradient?.target === "stroke";
    if (rank < paints.none.rank) {
      for (const paint of sections.paint) {
        if (paint !== paints.none || stroked || properties.stroke.count > 0) this.#add(paint);
      }
    }
    if (rank < properties.stroke.rank) this.#add(properties.stroke);
    if (!filled && !stroked) return;
    for (const property of sections.property) {
      if (rank >= property.rank || property === properties.stroke) continue;
      if (stroked || property.rank >= properties.fillOpacity.rank) this.#add(property);
    }
    this.#addAll(sections.shape);
  }

  #strokePaint(): void {
    const { sections, paints } = this.#grammar;
    const filled = this.#place.reader.pen.fill !== null;
    for (const paint of sections.paint) if (paint !== paints.none || filled) this.#add(paint);
  }

  #commands(): void {
    const { reader } = this.#place;
    const { sections, commands } = this.#grammar;
    for (const command of sections.command) {
      if (command === commands.close && reader.closed) continue;
      if (command === commands.moveto && !reader.drawn) continue;
      this.#add(command);
    }
    if (reader.drawn) this.#body(true);
  }

  #nextPoint(production: Production): void {
    // Without a token of its own.
    const tokens = this.#roomy ? 0 : this.#endings.production(this.#place, production) - 1;
    if (!this.#fits(tokens)) return;
    const [slot] = production.slots;
    if (slot === slots.point) this.#point(tokens);
    else this.#coordinate(slot!, tokens);
  }

  #slot(): void {
    const { reader, sides } = this.#place;
    const { first, count } = this.#grammar.layout;
    if (reader.inDigits) {
      this.#digits();
      return;
    }
    const slot = reader.openSlot;
    // Where the element is to be one that surely shows, for want of budget to draw another one.
    const tokens = this.#roomy ? 0 : 1 + this.#endings.behindSlot(this.#place, -1);
    const must = sides >= 0 && !this.#fits(tokens);
    switch (slot.name) {
      case "x":
      case "toX":
      case "y":
      case "toY":
        if (must) this.#sureCoordinate(slot);
        else this.#coordinate(slot, tokens);
        return;
      case "point":
        if (reader.farPoint) this.#signs(slot, tokens);
        else if (must) this.#surePoint();
        else this.#point(tokens);
        return;
      case "length":
        this.#length(slot, tokens, must);
        return;
      case "signed":
        this.#ids.add(first.plus);
        this.#ids.add(first.minus);
        return;
      default: {
        const [holder] = slot.holders;
        this.#ids.addRange(first[holder!], first[holder!] + count[holder!] - 1);
      }
    }
  }

  #digits(): void {
    const { digit, lastDigit } = this.#grammar.layout.first;
    const value = this.#place.reader.digits * radix;
    for (const range of this.#endings.integers(this.#place)) {
      const { low, high, behind, each } = range;
      for (let next = 0; next < radix; next++) {
        const number = value + next;
        const last = number >= low && number <= high;
        if (last && this.#fits(1 + behind + each * number)) this.#ids.add(lastDigit + next);
        if (number > 0 && this.#fits(1 + fewestTokens(number, [range])))
          this.#ids.add(digit + next);
      }
    }
  }

  /** @param tokens of a token of a coordinate, and what follows it at least. */
  #coordinate(slot: Slot, tokens: number): void {
    const { reader } = this.#place;
    const { layout, relative } = this.#grammar;
    const { grid, relativeRange: reach } = layout.options;
    const horizontal = slot === slots.x || slot === slots.toX;
    const [side, from] = horizontal ? [reader.width, reader.x] : [reader.height, reader.y];
    const absolute = horizontal ? layout.first.x : layout.first.y;
    this.#signs(slot, tokens);
    const barred = horizontal ? undefined : this.#endOfNoArc();
    if (barred === undefined || barred < 0 || barred > side) this.#between(slot, 0, side);
    else {
      this.#between(slot, 0, barred - 1);
      this.#between(slot, barred + 1, side);
    }
    const stepping = relative && (slot === slots.toX || slot === slots.toY);
    for (let value = side + 1; value <= grid; value++) {
      if (!stepping || Math.abs(value - from) > reach) this.#ids.add(absolute + value);
    }
    if (!stepping) return;
    const most = farthest * grid;
    const zero = (horizontal ? layout.first.dx : layout.first.dy) + reach - from;
    this.#ids.addRange(zero + Math.max(-most, from - reach), zero + Math.min(-1, from + reach));
    this.#ids.addRange(
      zero + Math.max(side + 1, from - reach),
      zero + Math.min(most, from + reach),
    );
  }

  /** The y at which an arc would end where it began, which is none. */
  #endOfNoArc(): number | undefined {
    const { open, openSlots, values, fromX, fromY } = this.#place.reader;
    const arc = openSlots === 1 && open?.section === "command" && open.token.endsWith("Arc");
    return arc && values.at(-1) === fromX ? fromY : undefined;
  }

  /** Coordinates of the canvas from `low` to `high`, both included. */
  #between(slot: Slot, low: number, high: number): void {
    const { layout, relative } = this.#grammar;
    const { reader } = this.#place;
    const horizontal = slot === slots.x || slot === slots.toX;
    const absolute = horizontal ? layout.first.x : layout.first.y;
    if (!relative || slot === slots.x || slot === slots.y) {
      this.#ids.addRange(absolute + low, absolute + high);
      return;
    }
    const from = horizontal ? reader.x : reader.y;
    const reach = layout.options.relativeRange;
    const zero = (horizontal ? layout.first.dx : layout.first.dy) + reach - from;
    this.#ids.addRange(zero + Math.max(low, from - reach), zero + Math.min(high, from + reach));
    this.#ids.addRange(absolute + low, absolute + Math.min(high, from - reach - 1));
    this.#ids.addRange(absolute + Math.max(low, from + reach + 1), absolute + high);
  }

  /** On the canvas; of a path's side, far from where it begins. */
  #sureCoordinate(slot: Slot): void {
    const { open, width, height, fromX, fromY } = this.#place.reader;
    const horizontal = slot === slots.x || slot === slots.toX;
    const [canvas, from] = horizontal ? [width, fromX] : [height, fromY];
    if (open!.section !== "command") {
      this.#between(slot, 0, canvas);
      return;
    }
    const side = this.#endings.sureSide(canvas);
    this.#between(slot, 0, from - side);
    this.#between(slot, from + side, canvas);
  }

  /** Signs of numbers that no coordinate, point or length token holds. */
  #signs(slot: Slot, tokens: number): void {
    const { first, options } = this.#grammar.layout;
    const { reader } = this.#place;
    const length = slot === slots.length;
    const most = length ? this.#endings.mostLength(reader) : farthest * options.grid;
    const both = slot === slots.point;
    const more = both && !reader.farPoint ? 2 : 0;
    const beyond = both ? 0 : options.grid + 1;
    if (this.#fits(tokens + more + digitsToReach(0, beyond, most))) this.#ids.add(first.plus);
    if (!length && this.#fits(tokens + more + 1)) this.#ids.add(first.minus);
  }

  #point(tokens: number): void {
    const { reader } = this.#place;
    const { layout } = this.#grammar;
    const { grid } = layout.options;
    this.#signs(slots.point, tokens);
    this.#ids.addRange(layout.first.point, layout.first.point + grid * grid - 1);
    const { open, fromX, fromY } = reader;
    const arc = open?.section === "command" && open.token.endsWith("Arc");
    const within = Math.min(fromX, fromY) >= 0 && Math.max(fromX, fromY) < grid;
    if (arc && within) this.#ids.except(layout.first.point + fromY * grid + fromX);
  }

  #surePoint(): void {
    const { open, width, height, fromX, fromY, startX } = this.#place.reader;
    const last = this.#grammar.layout.options.grid - 1;
    const [right, bottom] = [Math.min(width, last), Math.min(height, last)];
    if (open!.section !== "command") {
      this.#rectangle(0, right, 0, bottom);
      return;
    }
    if (this.#place.level) {
      const side = this.#endings.sureSide(width);
      this.#rectangle(0, fromX - side, fromY, fromY);
      this.#rectangle(fromX + side, right, fromY, fromY);
      return;
    }
    const side = this.#endings.sureSide(height);
    const [low, high] = [Math.min(startX, fromX), Math.max(startX, fromX)];
    this.#rectangle(low, high, 0, fromY - side);
    this.#rectangle(low, high, fromY + side, bottom);
  }

  #rectangle(left: number, right: number, top: number, bottom: number): void {
    const { first, options } = this.#grammar.layout;
    for (let y = top; y <= bottom; y++) {
      const row = first.point + y * options.grid;
      this.#ids.addRange(row + left, row + right);
    }
  }

  #length(slot: Slot, tokens: number, must: boolean): void {
    const { layout } = this.#grammar;
    const { open, values } = this.#place.reader;
    const { first, options } = layout;
    const add = (low: number, high: number) =>
      this.#ids.addRange(first.length + low, first.length + Math.min(options.grid, high));
    if (must) {
      const [least, most] = this.#endings.sureRadii;
      add(least, most);
      return;
    }
    const [, , width = 0, height = 0] = values;
    if (open!.section === "shape" && values.length >= 4) {
      const { roundRect } = this.#grammar.shapes;
      const both = open === roundRect ? Math.min(width, height) : undefined;
      const side = both ?? (values.length === 4 ? width : height);
      add(1, Math.ceil(side / 2));
      if (side > options.grid) this.#signs(slot, tokens);
      return;
    }
    add(1, options.grid);
    this.#signs(slot, tokens);
  }
}
