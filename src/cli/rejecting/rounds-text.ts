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
    heldOut === null ? "" : `${heldOut.reward.toFixed(4)} ± ${heldOut.error.toFixed(4)}`,
    heldOut?.gain === undefined
      ? ""
      : `${signed(heldOut.gain.reward)} ± ${heldOut.gain.error.toFixed(4)}`,
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
