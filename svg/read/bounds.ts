/** How much a document may have drawn: what a few bytes say can be endless where elements are reused. */
import { maxNesting, maxReusedText, maxVisits } from "../limits.ts";
import type { XmlElement } from "../xml/element.ts";
import type { Source } from "../xml/source.ts";

export class DrawingBounds {
  readonly #source: Source;
  #visits = 0;
  #depth = 0;
  /** Instances made by `use` that are being drawn, one in another. */
  #uses = 0;
  #textLeft = maxReusedText;

  constructor(source: Source) {
    this.#source = source;
  }

  /** @throws SvgError `limit` where there is more to draw than the bounds allow */
  count(element: XmlElement): void {
    if (++this.#visits > maxVisits) this.#limit(`more than ${maxVisits} elements to draw`, element);
    if (this.#uses === 0) return;
    for (const text of element.attributes) this.#textLeft -= text.length;
    if (this.#textLeft < 0) this.#limit("`use` draws too much", element);
  }

  /** A container begins. @throws SvgError `limit` where it is nested too deep */
  enter(element: XmlElement): void {
    if (++this.#depth > maxNesting) {
      this.#limit(`elements nest deeper than ${maxNesting} where they are used`, element);
    }
  }

  leave(): void {
    this.#depth--;
  }

  beginUse(): void {
    this.#uses++;
  }

  endUse(): void {
    this.#uses--;
  }

  #limit(message: string, element: XmlElement): never {
    throw this.#source.error("limit", message, element.offset);
  }
}
