/** How few tokens draw one more element: any, or one that surely shows in the look that the pen has. */
import { leastOpacity } from "../grammar/visibility/index.ts";
import type { Grammar } from "./grammar.ts";
import { fills, type Look, strokes } from "./look.ts";

/** `H x`, `V y`; `L` and a merged point. */
export const sideTokens = 2;
/** A property of two digits: an opacity of 100. */
const opacityTokens = 3;
const infinite = Number.POSITIVE_INFINITY;

export class ShortestElement {
  readonly #grammar: Grammar;
  readonly #hasDiscs: boolean;
  /** Tokens of the shortest element. */
  readonly #shortest: number;

  constructor(grammar: Grammar) {
    this.#grammar = grammar;
    this.#hasDiscs = grammar.shapes.circle.count > 0;
    this.#shortest = grammar.pointTokens + (this.#hasDiscs ? 2 : 1 + sideTokens);
  }

  /** An element that is to come, and one more that shows where it need not be the one. */
  any(look: Look, rank: number, around: number, visible: boolean): number {
    // What is not painted yet is given a stroke.
    const bare = look.fill === "not" && look.stroke === "not";
    const painted: Look = bare ? { ...look, stroke: "plainly" } : look;
    const any = (bare ? 2 : 0) + this.#shortest;
    if (visible) return any;
    return Math.min(
      this.sure(look, around, rank, false),
      any + this.sure(painted, around, 0, true),
    );
  }

  /**
   * An element that surely shows, and the properties that it needs for that.
   * @param rank of the last property that stands.
   * @param leaves whether groups may be left where they hide everything.
   */
  sure(look: Look, around: number, rank: number, leaves: boolean): number {
    const seen = around < leastOpacity && leaves ? 1 : around;
    const { properties, pointTokens } = this.#grammar;
    if (strokes(look, seen)) return this.#shortest;
    const shape = this.#hasDiscs ? this.#shortest : 1 + pointTokens + 2 * sideTokens;
    let tokens = shape;
    let mended = look;
    const mend = (than: Partial<Look>, { rank: own }: { readonly rank: number }, cost: number) => {
      tokens += rank < own ? cost : infinite;
      mended = { ...mended, ...than };
    };
    if (look.fill !== "plainly") mend({ fill: "plainly" }, { rank: 1 }, 1);
    if (!fills(mended, seen) && mended.fillOpacity < 100) {
      const alone = fills({ ...mended, opacity: 100 }, seen);
      const other = alone && rank < properties.opacity.rank;
      if (!other) mend({ fillOpacity: 100 }, properties.fillOpacity, opacityTokens);
    }
    if (!fills(mended, seen)) mend({ opacity: 100 }, properties.opacity, opacityTokens);
    return fills(mended, seen) ? tokens : infinite;
  }
}
