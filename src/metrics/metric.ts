/** What a metric is: figures with a name, and how they are found for a set of drawings. */
import type { JudgedSet } from "./judged-set.ts";

/**
 * A figure as tables name it.
 * @example
 * const arrow = ({ better }: Figure) => (better === "higher" ? "↑" : better === "lower" ? "↓" : "");
 */
export interface Figure {
  /** As `ssim`; unique among all. */
  readonly key: string;
  readonly label: string;
  /** `%` is of shares, which are 0 to 1 as values. */
  readonly unit: string;
  /** After the point, as it is shown. */
  readonly digits: number;
  readonly better: "higher" | "lower" | null;
  /** What it says and which definition it follows, in a sentence. */
  readonly about: string;
}

/** What was found of one figure. */
export type Measured =
  /** A value for each drawing, in their order; null where it does not apply. */
  | { readonly kind: "each"; readonly values: readonly (number | null)[] }
  | {
      /** One for the set. */
      readonly kind: "whole";
      readonly value: number;
      /** Of the same over drawings taken again at random (bootstrap); null where none was computed. */
      readonly deviation: number | null;
      /** Drawings that it is over. */
      readonly count: number;
    }
  | { readonly kind: "not run"; readonly reason: string };

export interface Metric {
  readonly figures: readonly Figure[];
  /** @returns what was found of each of its figures, in their order. */
  measure(set: JudgedSet): Promise<readonly Measured[]> | readonly Measured[];
}

export const each = (values: readonly (number | null)[]): Measured => ({ kind: "each", values });
export const notRun = (reason: string): Measured => ({ kind: "not run", reason });

/** The same reason for all figures of a metric. */
export function noneRun(metric: Pick<Metric, "figures">, reason: string): Measured[] {
  return metric.figures.map(() => notRun(reason));
}
