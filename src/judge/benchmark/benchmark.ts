/** What systems are asked to draw, and what is compared with it. */
import type { BadRow } from "../../../data/index.ts";

/**
 * Captions, each perhaps with a reference drawing.
 * @example
 * const benchmark: Benchmark = {
 *   name: "mine",
 *   items: [{ id: "1", caption: "heart", reference: svg, part: null }],
 *   left: [],
 * };
 */
export interface Benchmark {
  readonly name: string;
  readonly items: readonly BenchmarkItem[];
  /** Rows that could not be read. */
  readonly left: readonly BadRow[];
  /** Parts that it has beside, with why nothing of them is drawn; none unless given. */
  readonly notRun?: readonly string[];
}

export interface BenchmarkItem {
  /** Unique; systems' files bear it. The place where the row has none. */
  readonly id: string;
  /** Among all captions of the benchmark, from 0; where it is not given, among those at hand. */
  readonly place?: number;
  readonly caption: string;
  /** SVG, or a picture within one; null where there is none. */
  readonly reference: string | null;
  /** As `icon`; null where the benchmark has no parts. */
  readonly part: string | null;
}

/** Captions beyond are damage, or made to exhaust whoever reads them. */
export const longestCaption = 20_000;
export const mostItems = 200_000;
