/** Shares of a set's drawings that the automata accept. */
import { parseDrawing } from "../../svg/index.ts";
import { decodedTokenizers } from "../../tests/sets/decoded-tokenizers.ts";
import type { Icon } from "../../tests/sets/icon-sets.ts";
import { Acceptance } from "../../tests/tokenizer/acceptance.ts";

export interface AcceptedFigures {
  readonly accepted: number;
  /** Files whose drawing is refused. */
  readonly refused: readonly string[];
  /** Drawings of which the tokenizer holds nothing. */
  readonly empty: number;
}

/** By tokenizer. */
export function measureAccepted(icons: readonly Icon[]): ReadonlyMap<string, AcceptedFigures> {
  return new Map(
    Object.entries(decodedTokenizers()).map(([name, tokenizer]) => {
      const acceptance = new Acceptance(tokenizer);
      const refused: string[] = [];
      let empty = 0;
      for (const { file, svg } of icons) {
        const parsed = parseDrawing(svg, tokenizer.canonical).drawing;
        const drawing = tokenizer.fit?.(parsed) ?? parsed;
        if (drawing.elements.length === 0) empty++;
        else if (acceptance.refusedAt(drawing) >= 0) refused.push(file);
      }
      return [name, { accepted: icons.length - empty - refused.length, refused, empty }];
    }),
  );
}
