/** Rounds of rejection sampling as a table. */
import type { RoundRecord } from "../../rejection/index.ts";

/**
 * Columns: what was drawn and learnt from, then the reward on held-out captions and its gain over the model
 * that training began with, with standard errors.
 */
export function roundsText(rounds: readonly RoundRecord[]): string {
  const head = ["round", "drawn", "mean", "best", "kept", "held-out reward", "gain", "tokens"];
  const rows = rounds.map(({ round, drawn, heldOut }) => [
    String(round),
    drawn === null ? "" : String(drawn.drawings),
    drawn === null ? "" : drawn.reward.toFixed(4),
    drawn === null ? "" : drawn.best.toFixed(4),
    drawn === null ? "" : String(drawn.kept),
    heldOut === null ? "" : withError(heldOut.reward.toFixed(4), heldOut.error),
    heldOut?.gain === undefined ? "" : withError(signed(heldOut.gain.reward), heldOut.gain.error),
    heldOut === null ? "" : heldOut.tokens.toFixed(1),
  ]);
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  return [head, ...rows]
    .map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "))
    .join("\n");
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(4)}`;
}

/** A mean, and how far it may be off where that is known. */
export function withError(mean: string, error: number | null): string {
  return error === null ? mean : `${mean} ± ${error.toFixed(4)}`;
}
