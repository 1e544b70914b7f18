/**
 * What the shortest ending costs from each place of a drawing. Until something shows, an ending holds
 * an element that surely does: a disc, or a path of one or two sides, in a look that is seen. The
 * count is exact once something shows; before that it is an upper bound, as other elements may show
 * with fewer tokens.
 */
import { leastOpacity } from "../grammar/visibility/index.ts";
import { farthest, farthestRadius, fewestStops, type Grammar, mostDashes } from "./grammar.ts";
import { fewestTokens, type IntegerRange } from "./integers.ts";
import { fills, type Look, lookAt, strokes } from "./look.ts";
import { slots as grammarSlots, type Production } from "./production.ts";
import type { DrawingReader } from "./reader.ts";
import { ShortestElement, sideTokens } from "./shortest-element.ts";
import type { Watch } from "./watch.ts";

/** A place in a drawing. */
export interface PathPlace {
  readonly reader: DrawingReader<Watch>;
  /**
   * Sides that the open outline still needs to be one that surely shows, 0 for an open disc; -1 where
   * what is drawn is none of these. And whether the next side is level, or else upright.
   */
  sides: number;
  level: boolean;
}

/** A stop's token, its offset of two digits and currentColor. */
const stopTokens = 4;

/** What of a place all endings are counted by. */
export interface Outlook {
  readonly look: Look;
  /** Tokens that end the groups and the drawing. */
  readonly ends: number;
  /** Tokens of one more element, that surely shows: behind one that goes on, and behind one that ends. */
  readonly shownContinued: number;
  readonly shownEnded: number;
}

export class Endings {
  readonly #grammar: Grammar;
  readonly #element: ShortestElement;
  /** Radii of a disc that surely shows, wherever on the canvas its centre is. */
  readonly sureRadii: readonly [least: number, most: number];

  constructor(grammar: Grammar) {
    const { grid } = grammar.layout.options;
    this.#grammar = grammar;
    this.sureRadii = [Math.ceil(grid / 8), Math.max(Math.ceil(grid / 8), Math.floor(grid / 3))];
    this.#element = new ShortestElement(grammar);
  }

  /** Tokens of the shortest ending. */
  from(place: PathPlace): number {
    const { reader } = place;
    if (reader.open === undefined) return this.#fromMode(place);
    if (reader.inDigits) return fewestTokens(reader.digits, this.integers(place));
    const sign = reader.farPoint || reader.openSlot.name === "signed" ? 1 : 0;
    return 1 + sign + this.behindSlot(place, place.sides);
  }

  outlook(place: PathPlace): Outlook {
    const look = lookAt(place.reader);
    const { visible, showsIfEnded, around } = place.reader.canvas;
    const sure = visible ? 0 : this.#element.sure(look, around, 0, true);
    return {
      look,
      ends: this.#closing(place),
      shownContinued: sure,
      shownEnded: showsIfEnded ? 0 : sure,
    };
  }

  /** Of a production that may stand here: its own tokens, and the shortest ending behind them. */
  production(place: PathPlace, production: Production, outlook: Outlook): number {
    const { slots } = production;
    const [first] = slots;
    if (first === grammarSlots.integer || first === grammarSlots.count) {
      const integers = this.#integersOf(place, production, slots.length - 1, outlook);
      return 1 + fewestTokens(0, integers);
    }
    const own = first === grammarSlots.signed ? 2 : slots.length;
    const sides = this.sidesOf(place, production, outlook.look);
    return 1 + own + this.#behind(place, production, sides, outlook);
  }

  /** Behind the open slot, if the element surely shows at the end, by so many sides, or not: -1. */
  behindSlot(place: PathPlace, sides: number): number {
    const { reader } = place;
    return reader.openSlots - 1 + this.#behind(place, reader.open!, sides, this.outlook(place));
  }

  /** Length of such a path's side at least, on a canvas so long: there is room from any point. */
  sureSide(canvas: number): number {
    const { merged, layout } = this.#grammar;
    const last = merged ? layout.options.grid - 1 : layout.options.grid;
    return Math.ceil(Math.min(canvas, last) / 2);
  }

  /** Sides that a production leaves to be drawn of an outline that surely shows; -1 for any other. */
  sidesOf({ reader, sides, level }: PathPlace, production: Production, known?: Look): number {
    if (reader.canvas.showsIfEnded) return -1;
    const { shapes, commands, merged } = this.#grammar;
    if (production === shapes.circle || production === shapes.path) {
      const look = known ?? lookAt(reader);
      const { around } = reader.canvas;
      if (production === shapes.circle)
        return fills(look, around) || strokes(look, around) ? 0 : -1;
      return strokes(look, around) ? 1 : fills(look, around) ? 2 : -1;
    }
    if (sides < 1 || production.section !== "command") return -1;
    const side = merged ? commands.lineto : level ? commands.horizontal : commands.vertical;
    return production === side ? sides - 1 : -1;
  }

  /** The longest that fits the open slot: radii of arcs go far, rects end where coordinates do. */
  mostLength({ open, values, held }: PathPlace["reader"]): number {
    const { grid } = this.#grammar.layout.options;
    const { rect, roundRect, ovalRect } = this.#grammar.shapes;
    if (open!.section === "command") return farthestRadius * grid;
    const side = open === rect || open === roundRect || open === ovalRect;
    const from = side && held < 4 ? values[held - 2]! : 0;
    return farthest * grid - from;
  }

  /** What the number can be whose digits may follow. */
  integers(place: PathPlace): readonly IntegerRange[] {
    const { reader } = place;
    const { grid } = this.#grammar.layout.options;
    const range = (low: number, high: number, more = 0): readonly IntegerRange[] => [
      { low, high, behind: this.behindSlot(place, -1) + more, each: 0 },
    ];
    const positive = reader.sign > 0;
    switch (reader.openSlot.name) {
      case "integer":
      case "count":
        return this.#integersOf(place, reader.open!, reader.openSlots - 1, this.outlook(place));
      case "dash":
        return range(0, 4 * farthest * grid);
      case "signed":
        return range(0, reader.open!.range[1]);
      case "length":
        return range(grid + 1, this.mostLength(reader));
      case "point":
        return range(positive ? 0 : 1, farthest * grid, reader.farPoint ? 0 : 2);
      default:
        return range(positive ? grid + 1 : 1, farthest * grid);
    }
  }

  #integersOf(
    place: PathPlace,
    production: Production,
    slots: number,
    outlook: Outlook,
  ): readonly IntegerRange[] {
    const { reader } = place;
    const { properties, stops } = this.#grammar;
    const [low, high] = production.range;
    const range = (low: number, value?: number): IntegerRange => ({
      low,
      high,
      behind: slots + this.#behind(place, production, -1, outlook, value),
      each: 0,
    });
    if (production === properties.dashes) return [{ ...range(0), high: mostDashes, each: 1 }];
    if (production === stops.stop) return [range(reader.gradient?.stops.at(-1)?.offset ?? low)];
    const veils = production === properties.fillOpacity || production === properties.opacity;
    if (!veils || reader.canvas.visible) return [range(low)];
    // From these values on, the other opacity may make up for it, or need not.
    const { fillOpacity, opacity } = outlook.look;
    const other = production === properties.opacity ? fillOpacity : opacity;
    const least = (leastOpacity * 100) / reader.canvas.around;
    return [1, Math.ceil(least), Math.ceil((least * 100) / other)]
      .filter((value) => value <= high)
      .map((value) => range(Math.max(1, value), Math.max(1, value)));
  }

  #closing({ reader }: PathPlace): number {
    return reader.depth + 1;
  }

  /** Behind a production whose slots are filled. @param value of its integer, where that matters. */
  #behind(
    place: PathPlace,
    production: Production,
    sides: number,
    { look, ends, shownContinued, shownEnded }: Outlook,
    value = 1,
  ): number {
    const { reader } = place;
    const { canvas, rank } = reader;
    const { properties, shapes, commands, paints } = this.#grammar;
    const continues = production.section === "command" || production.section === "point";
    const visible = continues ? canvas.visible : canvas.showsIfEnded;
    const shown = continues ? shownContinued : shownEnded;
    switch (production.section) {
      case "opening":
        return this.#body(place, look);
      case "size":
        return this.#body(place, { ...look, solid: false });
      case "fade":
        return this.#element.any(look, 0, 0, visible) + ends;
      case "body":
        if (production === this.#grammar.eos) return 0;
        if (production === this.#grammar.endGroup) return shown + ends - 1;
        return this.#element.any(look, 0, canvas.around, visible) + ends + 1;
      case "stop": {
        const missing = Math.max(0, fewestStops - 1 - (reader.gradient?.stops.length ?? 0));
        return 1 + missing * stopTokens + this.#styled(place, look);
      }
      case "stopOpacity":
        return this.#fromStops(place, look);
      case "paint": {
        if (reader.mode === "stopColor") return this.#fromStops(place, look, 1);
        const stroke = reader.mode === "stroke";
        const gradient = production.slots.includes(grammarSlots.spread);
        const paint = production === paints.none ? "not" : gradient ? "otherwise" : "plainly";
        const painted = stroke
          ? ({ ...look, stroke: paint } as const)
          : ({ ...look, fill: paint } as const);
        const own = gradient ? fewestStops * stopTokens : 0;
        return own + this.#styled(place, painted, stroke ? rank : production.rank);
      }
      case "property":
        switch (production) {
          case properties.stroke:
            return 1 + this.#styled(place, { ...look, stroke: "plainly" }, production.rank);
          case properties.fillOpacity:
            return this.#styled(place, { ...look, fillOpacity: value }, production.rank);
          case properties.opacity:
            return this.#styled(place, { ...look, opacity: value }, production.rank);
          case properties.strokeOpacity:
            return this.#styled(place, { ...look, strokeOpacity: 0 }, production.rank);
          case properties.strokeWidth:
          case properties.dashes:
            return this.#styled(place, { ...look, solid: false }, production.rank);
          default:
            return this.#styled(place, look, production.rank);
        }
      case "shape":
        if (production === shapes.path) {
          return sides > 0 ? sides * sideTokens + ends : sideTokens + shown + ends;
        }
        if (production === shapes.polyline || production === shapes.polygon) {
          return 2 * this.#grammar.pointTokens + shown + ends;
        }
        return (sides === 0 ? 0 : shown) + ends;
      case "point":
        return this.#missingPoints(reader.points + 1) + shown + ends;
      case "command":
        if (production === commands.moveto) return sideTokens + shown + ends;
        if (production === commands.close && canvas.showsIfEnded) return ends;
        return (sides >= 0 ? sides * sideTokens : shown) + ends;
    }
  }

  #fromMode(place: PathPlace): number {
    const { reader, sides } = place;
    const { canvas } = reader;
    const look = lookAt(reader);
    const ends = this.#closing(place);
    const shown = canvas.showsIfEnded ? 0 : this.#element.sure(look, canvas.around, 0, true);
    switch (reader.mode) {
      case "done":
        return 0;
      case "opening":
        return 1 + this.#body(place, look);
      case "size":
      case "group":
      case "body":
        return this.#body(place, look);
      case "style":
        return this.#styled(place, look);
      case "stroke":
        return 1 + this.#styled(place, { ...look, stroke: "plainly" });
      case "stopColor":
        return 1 + this.#fromStops(place, look, 1);
      case "stops":
        return this.#fromStops(place, look);
      case "path":
        if (sides > 0 && !canvas.showsIfEnded) return sides * sideTokens + ends;
        return (reader.drawn ? 0 : sideTokens) + shown + ends;
      case "points":
        return this.#missingPoints(reader.points) + shown + ends;
    }
  }

  #missingPoints(points: number): number {
    return Math.max(0, 2 - points) * this.#grammar.pointTokens;
  }

  /** @param coming stops that are written already, but for what is no part of this. */
  #fromStops(place: PathPlace, look: Look, coming = 0): number {
    const { reader } = place;
    const stops = (reader.gradient?.stops.length ?? 0) + coming;
    const missing = Math.max(0, fewestStops - stops);
    return missing * stopTokens + this.#styled(place, look);
  }

  #body(place: PathPlace, look: Look): number {
    const { canvas, filled } = place.reader;
    const { showsIfEnded: visible, around } = canvas;
    if (!filled) return this.#element.any(look, 0, around, visible) + this.#closing(place);
    return (visible ? 0 : this.#element.sure(look, around, 0, true)) + this.#closing(place);
  }

  #styled(place: PathPlace, look: Look, rank = place.reader.rank): number {
    const { showsIfEnded: visible, around } = place.reader.canvas;
    return this.#element.any(look, rank, around, visible) + this.#closing(place);
  }
}
