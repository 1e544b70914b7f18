/**
 * Best-fit packing: the longest sample first, each into the fullest row that still holds it. Samples
 * are never cut. (Ding et al. 2024, "Fewer Truncations Improve Language Modeling".)
 */

/**
 * @param lengths of the items, each at most `capacity`.
 * @returns rows of indices into `lengths`. Items of equal length keep their order.
 * @throws RangeError when an item is longer than a row.
 */
export function packBestFit(lengths: readonly number[], capacity: number): number[][] {
  const rows: number[][] = [];
  /** Rows by the room that is left in them. */
  const byRoom: number[][] = Array.from({ length: capacity + 1 }, () => []);
  for (const item of longestFirst(lengths)) {
    const length = lengths[item] ?? 0;
    if (length > capacity) {
      throw new RangeError(`item ${item} takes ${length} places, but a row has ${capacity}`);
    }
    let room = length;
    while (room < capacity && byRoom[room]?.length === 0) room++;
    const open = byRoom[room]?.pop();
    const row = open ?? rows.push([]) - 1;
    const before = open === undefined ? capacity : room;
    rows[row]?.push(item);
    byRoom[before - length]?.push(row);
  }
  return rows;
}

function longestFirst(lengths: readonly number[]): number[] {
  return lengths
    .map((_, index) => index)
    .sort((a, b) => (lengths[b] ?? 0) - (lengths[a] ?? 0) || a - b);
}
