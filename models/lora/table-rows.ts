/** A table with some of its rows replaced, in a graph. */
import { ops, type Value } from "../../engine/index.ts";

/**
 * The table, cut where its rows and the new ones meet and put together again: one piece more or less
 * for tokens that were added at the end.
 * @param table `[size, width]`.
 * @param rows `[ids.length, width]`.
 * @param ids the row that each replaces, each once.
 */
export function withRows(table: Value, rows: Value, ids: readonly number[]): Value {
  const [size = 0] = table.shape;
  const pieces: Value[] = [];
  let done = 0;
  for (const { id, at, length } of runs(ids)) {
    if (id > done) pieces.push(ops.slice(table, 0, done, id));
    pieces.push(ops.slice(rows, 0, at, at + length));
    done = id + length;
  }
  if (done < size) pieces.push(ops.slice(table, 0, done, size));
  return ops.concat(pieces, 0);
}

/** Rows that follow each other both in the table, from `id` on, and among the new ones, from `at` on. */
interface Run {
  readonly id: number;
  readonly at: number;
  length: number;
}

function runs(ids: readonly number[]): Run[] {
  const found: Run[] = [];
  const order = ids.map((id, at) => ({ id, at })).sort((a, b) => a.id - b.id);
  for (const { id, at } of order) {
    const last = found.at(-1);
    if (last !== undefined && id === last.id + last.length && at === last.at + last.length) {
      last.length++;
    } else found.push({ id, at, length: 1 });
  }
  return found;
}
