/** What a run says of its data: the card, and every row that was left out, by name and reason. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeTextAtomically } from "../../../checkpoints/index.ts";
import { dataCardText, leftOutOf } from "../../../data/index.ts";
import type { PreparedData } from "../prepare-data.ts";

/** `data-card.md`, `data-card.json` and `left-out.jsonl` in the run's folder. @throws StorageError */
export function writeDataFiles(folder: string, { card, reports }: PreparedData): void {
  mkdirSync(folder, { recursive: true });
  const rows = leftOutOf(reports, card.lengths.limit);
  writeTextAtomically(join(folder, "data-card.md"), dataCardText(card));
  writeTextAtomically(join(folder, "data-card.json"), `${JSON.stringify(card, null, 2)}\n`);
  writeTextAtomically(
    join(folder, "left-out.jsonl"),
    rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
  );
}
