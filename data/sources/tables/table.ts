/** Rows of tables, whatever file they are from: columns by name, and where the row was found. */

export interface TableRow {
  /** As `icons.parquet:12`; rows count from 1. */
  readonly place: string;
  /** Unique in its source, for rows without a name of their own. */
  readonly id: string;
  /** Values as JSON has them; lists are arrays. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** A table of more columns is damaged, or made to exhaust whoever reads it. */
export const mostColumns = 1000;

/** A cell as text; null where it holds none. */
export function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return null;
}

/** The texts of a cell: one, or those of a list. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.slice(0, 64).flatMap((one) => textOf(one) ?? []);
}
