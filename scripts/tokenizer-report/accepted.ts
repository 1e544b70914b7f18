/** Shares of a set's drawings that the automata accept. */
import { parseDrawing } from "../../src/svg/index.ts";
import { decodedRepresentations } from "../../tests/sets/decoded-representations.ts";
import type { Icon } from "../../tests/sets/icon-sets.ts";
import { Acceptance } from "../../tests/tokenizer/acceptance.ts";

export interface AcceptedFigures {
  readonly accepted: number;
  /** Files whose drawing is refused. */
  readonly refused: readonly string[];
  /** Drawings of which the representation holds nothing. */
  readonly empty: number;
}

/** By representation. */
export function measureAccepted(icons: readonly Icon[]): ReadonlyMap<string, AcceptedFigures> {
  return new Map(
    Object.entries(decodedRepresentations()).map(([name, representation]) => {
      const acceptance = new Acceptance(representation);
      const refused: string[] = [];
      let empty = 0;
      for (const { file, svg } of icons) {
        const parsed = parseDrawing(svg, representation.canonical).drawing;
        const drawing = representation.fit?.(parsed) ?? parsed;
        if (drawing.elements.length === 0) empty++;
        else if (acceptance.refusedAt(drawing) >= 0) refused.push(file);
      }
      return [name, { accepted: icons.length - empty - refused.length, refused, empty }];
    }),
  );
}
