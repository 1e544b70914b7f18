/**
 * The ids that may follow in a place: those of the grammar, in the ranges of canonical drawings, after
 * which an ending still fits into the budget.
 */
import type { AllowedIds } from "../grammar/index.ts";
import type { Endings, PathPlace } from "./endings.ts";
import { fewestStops, type Grammar } from "./grammar.ts";
import { deepestSampledGroup, isPainted, placeKey, placeKeys } from "./place-key.ts";
import type { Production } from "./production.ts";
import { isRoomy, Question } from "./question.ts";
import { SlotIds } from "./slot-ids.ts";

export class NextIds {
  readonly #grammar: Grammar;
  readonly #endings: Endings;
  readonly #slots: SlotIds;
  /** Answers between productions where there is room, by `placeKey`: they are few. */
  readonly #known: (AllowedIds | undefined)[] = new Array(placeKeys).fill(undefined);

  constructor(grammar: Grammar, endings: Endings) {
    this.#grammar = grammar;
    this.#endings = endings;
    this.#slots = new SlotIds(grammar, endings);
  }

  at(place: PathPlace, budget: number): AllowedIds {
    const { open, mode } = place.reader;
    // The points of polylines depend on more than others.
    const key =
      open === undefined && mode !== "points" && isRoomy(place, budget) ? placeKey(place) : -1;
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
