/**
 * Writing new keys and values into a cache of fixed capacity. With the cache donated, an engine that
 * computes in host memory changes only the written rows.
 */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { cast, equal, greater, select } from "./logic.ts";
import { matmul } from "./matmul.ts";
import { max } from "./reductions.ts";
import { reshape } from "./shapes.ts";

const cacheWriteOperation: Operation = {
  name: "cacheWrite",
  infer([cache, update, positions]) {
    const [batch, heads, , headDim] = cache!.shape;
    const [updateBatch, updateHeads, sequenceLength, updateDim] = update!.shape;
    const fits =
      cache!.shape.length === 4 &&
      update!.shape.length === 4 &&
      updateBatch === batch &&
      updateHeads === heads &&
      updateDim === headDim &&
      update!.dtype === cache!.dtype &&
      positions!.dtype === "int32" &&
      positions!.shape[0] === batch &&
      positions!.shape[1] === sequenceLength;
    if (!fits) {
      throw new GraphError(
        `cacheWrite: cache [${cache!.shape.join(", ")}], update [${update!.shape.join(", ")}], positions ${positions!.dtype}[${positions!.shape.join(", ")}]`,
      );
    }
    return [cache!];
  },
  expand([cache, update, positions]) {
    const [batch, , capacity] = cache!.shape as [number, number, number, number];
    const sequenceLength = update!.shape[2]!;
    const places = Int32Array.from({ length: capacity }, (_, i) => i);
    const rows = cache!.graph.constant(places, [capacity, 1], "int32");
    const here = equal(rows, reshape(positions!, [batch, 1, 1, sequenceLength]));
    if (sequenceLength === 1) return [select(here, update!, cache!)];
    const chosen = cast(here, "float32");
    const written = greater(max(chosen, [-1], true), 0);
    // Bytes are exact as floats, and a row is the sum of one.
    const placed = cast(matmul(chosen, cast(update!, "float32")), cache!.dtype);
    return [select(written, placed, cache!)];
  },
};

/**
 * The cache with `update[b, h, i]` in row `positions[b, i]`. Positions of one sequence must differ.
 * @param cache float32 or uint8 `[batch, heads, capacity, headDim]`.
 * @param update `[batch, heads, sequence, headDim]`, of the same element type.
 * @param positions int32 `[batch, sequence]`, below the capacity.
 */
export function cacheWrite(cache: Value, update: Value, positions: Value): Value {
  return cache.graph.add(cacheWriteOperation, [cache, update, positions], {})[0]!;
}
