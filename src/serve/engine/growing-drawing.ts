/** A drawing that grows token by token: its text, what can be shown of it, and what each token is part of. */
import { canonicalise, type Drawing, DrawingStream, printDrawing } from "../../../svg/index.ts";
import type { DrawingProgress, SvgTokenizer } from "../../../tokenizer/index.ts";

export class GrowingDrawing {
  readonly #tokenizer: SvgTokenizer;
  /** Null where the tokenizer reads whole drawings alone: then all is told at the end. */
  readonly #progress: DrawingProgress | null;
  #stream: DrawingStream | null = null;
  /** Elements of which the text was written. */
  #written = 0;
  #text = "";
  /** By element of the sequence: its place among those that are shown. */
  readonly #places: number[] = [];

  constructor(tokenizer: SvgTokenizer) {
    this.#tokenizer = tokenizer;
    this.#progress = tokenizer.progress?.() ?? null;
  }

  /** @returns the place of the element that the token belongs to, as long as elements before it show. */
  take(id: number): number | null {
    if (this.#progress === null) return null;
    const element = this.#progress.take(id);
    if (this.#progress.settled > this.#written) {
      this.#text += this.#write(this.#progress.drawing, this.#progress.settled);
    }
    if (element === null) return null;
    return this.#places[element] ?? this.#places.reduce((most, at) => Math.max(most, at + 1), 0);
  }

  /** The text of the elements that were completed since it was last asked for. */
  text(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  /** All that there is to be seen; null where nothing can be said before the end. */
  partial(): string | null {
    if (this.#progress === null) return null;
    const { drawing } = this.#progress;
    const elements = drawing.elements.flatMap((element) => this.#canonical(drawing, element));
    return printDrawing({ ...drawing, elements });
  }

  /** @returns the rest of the text, and the drawing on its own. */
  end(ids: readonly number[]): { readonly text: string; readonly svg: string } {
    const drawing = this.#tokenizer.decode(ids);
    const rest = this.text() + this.#write(drawing, drawing.elements.length);
    const text = rest + (this.#stream ?? new DrawingStream(drawing)).end();
    return { text, svg: printDrawing(canonicalise(drawing, this.#tokenizer.canonical)) };
  }

  #write(drawing: Drawing, settled: number): string {
    this.#stream ??= new DrawingStream(drawing);
    let text = "";
    let place = this.#places.reduce((most, at) => Math.max(most, at + 1), 0);
    for (; this.#written < settled; this.#written++) {
      const shown = this.#canonical(drawing, drawing.elements[this.#written]!);
      this.#places.push(shown.length === 0 ? -1 : place);
      place += shown.length;
      for (const element of shown) text += this.#stream.element(element);
    }
    return text;
  }

  #canonical({ width, height }: Drawing, element: Drawing["elements"][number]) {
    return canonicalise({ width, height, elements: [element] }, this.#tokenizer.canonical).elements;
  }
}
