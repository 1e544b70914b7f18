/**
 * The ids that may follow in a place: those of the grammar, in the ranges of canonical drawings, after
 * which an ending still fits into the budget.
 */
import type { AllowedIds } from "../grammar/index.ts";
import type { Mode } from "./draft.ts";
import type { Endings, PathPlace } from "./endings.ts";
import { fewestStops, type Grammar } from "./grammar.ts";
import type { Production } from "./production.ts";
import { isRoomy, Question } from "./question.ts";
import { SlotIds } from "./slot-ids.ts";

/** Groups that sampling opens within groups. */
const deepestSampledGroup = 198;
export class NextIds {
  readonly #grammar: Grammar;
  readonly #endings: Endings;
  readonly #slots: SlotIds;
  /** Answers between productions where there is room, by `keyOf` their places: they are few. */
  readonly #known: (AllowedIds | undefined)[] = new Array(keys).fill(undefined);

  constructor(grammar: Grammar, endings: Endings) {
    this.#grammar = grammar;
    this.#endings = endings;
    this.#slots = new SlotIds(grammar, endings);
  }

  at(place: PathPlace, budget: number): AllowedIds {
    const { open, mode } = place.reader;
    // The points of polylines depend on more than others.
    const key =
      open === undefined && mode !== "points" && isRoomy(place, budget) ? keyOf(place) : -1;
    const known = key < 0 ? undefined : this.#known[key];
    if (known !== undefined) return known;
    const question = new Question(place, budget);
    if (open !== undefined) this.#slots.collect(question, open);
    else this.#collect(question);
    question.ids.settle();
    if (key >= 0) this.#known[key] = question.ids;
    return question.ids;
  }

  #collect(question: Question): void {
    const { reader } = question.place;
    const { sections, stops, paints, points } = this.#grammar;
    switch (reader.mode) {
      case "done":
        return;
      case "opening":
        this.#addAll(question, sections.opening);
        return;
      case "size":
        this.#addAll(question, sections.size);
        this.#body(question, true);
        return;
      case "group":
        this.#addAll(question, sections.fade);
        this.#body(question, false);
        return;
      case "body":
        this.#body(question, reader.filled);
        return;
      case "style":
        this.#styled(question);
        return;
      case "stroke":
        this.#strokePaint(question);
        return;
      case "stopColor":
        this.#addAll(question, [paints.currentColor, paints.color, paints.red]);
        return;
      case "stops":
        this.#add(question, stops.stop);
        if (reader.stopOpen) this.#add(question, stops.stopOpacity);
        if (reader.gradient!.stops.length >= fewestStops) this.#styled(question);
        return;
      case "path":
        this.#commands(question);
        return;
      case "points":
        this.#slots.collectPoint(question, reader.points === 0 ? points.first : points.next);
        if (reader.points >= 2) this.#body(question, true);
        return;
    }
  }

  #addAll(question: Question, productions: readonly Production[]): void {
    for (const production of productions) this.#add(question, production);
  }

  #add(question: Question, production: Production): void {
    const { first, count } = production;
    if (count === 0) return;
    const fits = question.roomy || question.fits(question.needs(this.#endings, production));
    if (fits) question.ids.addRange(first, first + count - 1);
  }

  /** @param filled whether the open group holds an element. */
  #body(question: Question, filled: boolean): void {
    const { reader } = question.place;
    const { group, endGroup, eos } = this.#grammar;
    if (filled && reader.depth > 0) this.#add(question, endGroup);
    if (filled && reader.depth === 0 && reader.canvas.showsIfEnded) this.#add(question, eos);
    if (reader.depth < deepestSampledGroup) this.#add(question, group);
    this.#styled(question);
  }

  #styled(question: Question): void {
    const { reader } = question.place;
    const { rank } = reader;
    const { sections, paints, properties } = this.#grammar;
    const [filled, stroked] = [isPainted(reader, "fill"), isPainted(reader, "stroke")];
    if (rank < paints.none.rank) {
      for (const paint of sections.paint) {
        if (paint !== paints.none || stroked || properties.stroke.count > 0) {
          this.#add(question, paint);
        }
      }
    }
    if (rank < properties.stroke.rank) this.#add(question, properties.stroke);
    if (!filled && !stroked) return;
    for (const property of sections.property) {
      if (rank >= property.rank || property === properties.stroke) continue;
      if (stroked || property.rank >= properties.fillOpacity.rank) this.#add(question, property);
    }
    this.#addAll(question, sections.shape);
  }

  #strokePaint(question: Question): void {
    const { sections, paints } = this.#grammar;
    const filled = question.place.reader.pen.fill !== null;
    for (const paint of sections.paint) {
      if (paint !== paints.none || filled) this.#add(question, paint);
    }
  }

  #commands(question: Question): void {
    const { reader } = question.place;
    const { sections, commands } = this.#grammar;
    for (const command of sections.command) {
      if (command === commands.close && reader.closed) continue;
      if (command === commands.moveto && !reader.drawn) continue;
      this.#add(question, command);
    }
    if (reader.drawn) this.#body(question, true);
  }
}

function isPainted({ pen, gradient }: PathPlace["reader"], what: "fill" | "stroke"): boolean {
  return pen[what] !== null || gradient?.target === what;
}

const modes: Readonly<Record<Mode, number>> = {
  done: 0,
  opening: 1,
  size: 2,
  group: 3,
  body: 4,
  style: 5,
  stroke: 6,
  stopColor: 7,
  stops: 8,
  path: 9,
  points: 10,
};
const ranks = 16;
const keys = 11 * 4 * ranks * 3 * 8;

/** All that decides between productions, but for the budget: what `#collect` asks of a place. */
function keyOf({ reader }: PathPlace): number {
  const { mode, depth, rank, canvas } = reader;
  const around = depth === 0 ? 0 : depth < deepestSampledGroup ? 1 : 2;
  const look =
    (canvas.showsIfEnded ? 4 : 0) +
    (isPainted(reader, "fill") ? 2 : 0) +
    (isPainted(reader, "stroke") ? 1 : 0);
  return (((modes[mode] * 4 + ownKey(reader)) * ranks + rank) * 3 + around) * 8 + look;
}

/** What matters in the place's mode alone. */
function ownKey({ mode, filled, drawn, closed, stopOpen, gradient }: PathPlace["reader"]): number {
  switch (mode) {
    case "body":
      return filled ? 1 : 0;
    case "path":
      return (drawn ? 2 : 0) + (closed ? 1 : 0);
    case "stops":
      return (stopOpen ? 2 : 0) + (gradient!.stops.length >= fewestStops ? 1 : 0);
    default:
      return 0;
  }
}
