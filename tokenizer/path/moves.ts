/**
 * The grammar of the path tokenizer, for the automaton. Accepts a part of what `decode` reads, so
 * that every sequence is a drawing worth rendering: numbers are in the ranges of canonical drawings,
 * properties stand in their order, and something that shows is drawn.
 */
import type { AllowedIds, Moves } from "../grammar/index.ts";
import { Endings, type PathPlace } from "./endings.ts";
import type { Grammar } from "./grammar.ts";
import { NextIds } from "./next-ids.ts";
import type { Production } from "./production.ts";
import { DrawingReader } from "./reader.ts";
import { Watch } from "./watch.ts";

export class PathMoves implements Moves<PathPlace> {
  readonly size: number;
  readonly #grammar: Grammar;
  readonly #allowEmpty: boolean;
  readonly #endings: Endings;
  readonly #next: NextIds;

  /** @param allowEmpty whether a drawing may hold nothing that can be seen. */
  constructor(grammar: Grammar, allowEmpty: boolean) {
    this.size = grammar.layout.size;
    this.#grammar = grammar;
    this.#allowEmpty = allowEmpty;
    this.#endings = new Endings(grammar);
    this.#next = new NextIds(grammar, this.#endings);
  }

  start(): PathPlace {
    const { grid } = this.#grammar.layout.options;
    const watch = new Watch({ width: grid, height: grid }, this.#allowEmpty);
    return { reader: new DrawingReader(this.#grammar, watch), sides: -1, level: true };
  }

  clone(place: PathPlace): PathPlace {
    const copy = this.start();
    this.copy(place, copy);
    return copy;
  }

  /** Makes a place as another is. */
  copy(from: PathPlace, to: PathPlace): void {
    to.reader.become(from.reader);
    to.reader.canvas.become(from.reader.canvas);
    to.sides = from.sides;
    to.level = from.level;
  }

  isEnd({ reader }: PathPlace): boolean {
    return reader.mode === "done";
  }

  ending(place: PathPlace): number {
    return this.#endings.from(place);
  }

  ids(place: PathPlace, budget: number): AllowedIds {
    return this.#next.at(place, budget);
  }

  /** Moves a place past a token that may follow there. */
  take(place: PathPlace, id: number): void {
    const { reader } = place;
    const before = reader.open;
    const complaint = reader.take(id);
    if (complaint !== undefined) throw new RangeError(`token ${id} may not follow: ${complaint}`);
    const production = before ?? reader.open;
    if (before === undefined) {
      place.sides = reader.open === undefined ? -1 : this.#endings.sidesOf(place, reader.open);
      if (reader.open === this.#grammar.shapes.path) place.level = true;
    }
    if (place.sides < 0 || production === undefined) return;
    if (!this.#liesWell(place, production)) place.sides = -1;
    else if (reader.open === undefined) this.#complete(place, production);
  }

  #complete(place: PathPlace, production: Production): void {
    if (production.section === "command") place.level = false;
    if (place.sides !== 0) return;
    if (production.section === "shape") place.reader.canvas.settle();
    else place.reader.canvas.showsIfEnded = true;
  }

  /** Whether what fills the slots so far is such that the element surely shows. */
  #liesWell({ reader, level }: PathPlace, { section }: Production): boolean {
    const { values, held, width, height, fromX, fromY, startX } = reader;
    if (reader.sign !== 0) return false;
    const first = held > 0 ? values[0]! : 0;
    const second = held > 1 ? values[1]! : 0;
    if (section !== "command") {
      const [least, most] = this.#endings.sureRadii;
      const onCanvas = first >= 0 && first <= width && second >= 0 && second <= height;
      return onCanvas && (held < 3 || (values[2]! >= least && values[2]! <= most));
    }
    if (held === 0) return true;
    const longX = Math.abs(first - fromX) >= this.#endings.sureSide(width);
    const tall = (y: number) => Math.abs(y - fromY) >= this.#endings.sureSide(height);
    if (!this.#grammar.merged)
      return level ? longX && first >= 0 && first <= width : onSide(first, height) && tall(first);
    if (level) return longX && second === fromY && onSide(first, width);
    const between = first >= Math.min(startX, fromX) && first <= Math.max(startX, fromX);
    return between && tall(second) && onSide(second, height);
  }
}

function onSide(value: number, side: number): boolean {
  return value >= 0 && value <= side;
}
