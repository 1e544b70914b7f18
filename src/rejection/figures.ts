/** A round's mean rewards. Captions are averaged, so that one with many drawings counts no more. */
import { byPrompt } from "./choose.ts";
import type { DrawnRecord, RoundRecord } from "./records.ts";

/** The mean reward of all of a round's drawings, and of the best drawing of each caption. */
export function figuresOf(records: readonly DrawnRecord[]) {
  const groups = byPrompt(records);
  return {
    prompts: groups.length,
    drawings: records.length,
    reward: mean(records.map(({ reward }) => reward)),
    best: mean(groups.map(([best]) => best?.reward ?? 0)),
  };
}

/**
 * The figures of drawings for held-out captions, and the gain over the model that training began with.
 * @param start that model's drawings for the same captions and seeds, so that only the model differs.
 *   Empty where `records` are that model's own.
 */
export function heldOutFigures(
  records: readonly DrawnRecord[],
  start: readonly DrawnRecord[],
): NonNullable<RoundRecord["heldOut"]> {
  const means = meansOf(records);
  const before = meansOf(start);
  const gains = means.map((value, index) => value - (before[index] ?? Number.NaN));
  const names = Object.keys(records[0]!.parts);
  return {
    prompts: means.length,
    drawings: records.length,
    reward: mean(means),
    error: standardError(means),
    ...(before.length === means.length
      ? { gain: { reward: mean(gains), error: standardError(gains) } }
      : {}),
    parts: Object.fromEntries(
      names.map((name) => [name, mean(records.map(({ parts }) => parts[name] ?? 0))]),
    ),
    tokens: mean(records.map(({ tokens }) => tokens)),
  };
}

/** Of each caption's drawings. */
function meansOf(records: readonly DrawnRecord[]): number[] {
  return byPrompt(records).map((group) => mean(group.map(({ reward }) => reward)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Null of one value, which says nothing of how far others would be. */
function standardError(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(variance / (values.length - 1) / values.length);
}
