/** Every row of a source at once, for tests. */
import type { BadRow, Source, SourceRow } from "../../data/index.ts";

export async function rowsOf(
  source: Source,
  onBad: (bad: BadRow) => void = () => {},
): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const row of source.rows(onBad)) rows.push(row);
  return rows;
}
