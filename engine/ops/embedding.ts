/** Rows of a table by id: token and position embeddings. */
import { describeType, GraphError, type Value } from "../graph/index.ts";
import { gather } from "./indexing.ts";

/**
 * `table [rows, width]` by `ids` int32 `[...]` gives `[..., width]`; the table's gradient adds up the
 * rows of equal ids. Ids must lie within the table: the caller checks them, no engine does.
 */
export function embedding(table: Value, ids: Value): Value {
  if (table.dtype !== "float32" || table.shape.length !== 2 || ids.dtype !== "int32") {
    const types = `${describeType(table.type)} and ${describeType(ids.type)}`;
    throw new GraphError(`embedding: needs float32[rows, width] and int32 ids, got ${types}`);
  }
  return gather(table, ids);
}
