/**
 * Writing into caches: the rows alone, in place where the cache is donated. The operation's expansion
 * goes over the whole cache for every token.
 */
import { scatter } from "./indexing.ts";
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import type { Writer } from "./writer.ts";

/** `cache [batch, heads, capacity, width]` with `update[b, :, i, :]` in row `positions[b, i]`. */
const cacheWrite: Lowering = (writer: Writer, { inputs: [cache, update, positions] }: Site) => {
  // The rows of a sequence are the scatter's batch; a row's heads and width its window.
  const numbers =
    "update_window_dims = [1, 3], inserted_window_dims = [2], input_batching_dims = [0], scatter_indices_batching_dims = [0], scatter_dims_to_operand_dims = [2], index_vector_dim = 2";
  return scatter(writer, cache!, positions!, update!, { numbers, unique: true, adds: false });
};

export const caches: Lowerings = { cacheWrite };
