/** Reading and adding to rows and elements by integer indices. */
import { GraphError, type Operation, sameShape, type Value } from "../graph/index.ts";

const gatherOperation: Operation = {
  name: "gather",
  infer([table, indices]) {
    if (indices!.dtype !== "int32")
      throw new GraphError(`gather: indices are ${indices!.dtype}, not int32`);
    if (table!.shape.length === 0) throw new GraphError("gather: the table is a scalar");
    return [{ dtype: table!.dtype, shape: [...indices!.shape, ...table!.shape.slice(1)] }];
  },
  gradient: ({ inputs, outputGradients }) => [
    scatterAdd(inputs[1]!, outputGradients[0]!, inputs[0]!.shape[0]!),
    null,
  ],
  flops: () => 0,
};

/**
 * Rows of a table: `[rows, ...row]` by `[...indices]` gives `[...indices, ...row]`. Indices must lie
 * within the table; engines do not agree on what happens otherwise.
 */
export function gather(table: Value, indices: Value): Value {
  return table.graph.add(gatherOperation, [table, indices], {})[0]!;
}

const scatterAddOperation: Operation<{ readonly rows: number }> = {
  name: "scatterAdd",
  infer([indices, updates], { rows }) {
    const rank = indices!.shape.length;
    if (indices!.dtype !== "int32" || !sameShape(updates!.shape.slice(0, rank), indices!.shape)) {
      throw new GraphError(
        `scatterAdd: indices [${indices!.shape.join(", ")}], updates [${updates!.shape.join(", ")}]`,
      );
    }
    return [{ dtype: updates!.dtype, shape: [rows, ...updates!.shape.slice(rank)] }];
  },
  gradient: ({ inputs, outputGradients }) => [null, gather(outputGradients[0]!, inputs[0]!)],
  flops: (_inputs, [output]) => output!.shape.reduce((product, size) => product * size, 1),
};

/** A table of zeros to whose rows `indices` the updates are added: the inverse of {@link gather}. */
export function scatterAdd(indices: Value, updates: Value, rows: number): Value {
  return updates.graph.add(scatterAddOperation, [indices, updates], { rows })[0]!;
}

const takeAlongOperation: Operation = {
  name: "takeAlongLast",
  infer([values, indices]) {
    const fits =
      indices!.dtype === "int32" && sameShape(values!.shape.slice(0, -1), indices!.shape);
    if (!fits) {
      throw new GraphError(
        `takeAlongLast: values [${values!.shape.join(", ")}], ${indices!.dtype} indices [${indices!.shape.join(", ")}]`,
      );
    }
    return [{ dtype: values!.dtype, shape: indices!.shape }];
  },
  gradient: ({ inputs, outputGradients }) => [
    placeAlongLast(inputs[1]!, outputGradients[0]!, inputs[0]!.shape[inputs[0]!.shape.length - 1]!),
    null,
  ],
  flops: () => 0,
};

/** One element of each last-axis row: `[..., n]` by `[...]` gives `[...]`. */
export function takeAlongLast(values: Value, indices: Value): Value {
  return values.graph.add(takeAlongOperation, [values, indices], {})[0]!;
}

const placeAlongOperation: Operation<{ readonly size: number }> = {
  name: "placeAlongLast",
  infer([indices, updates], { size }) {
    if (indices!.dtype !== "int32" || !sameShape(indices!.shape, updates!.shape)) {
      throw new GraphError(
        `placeAlongLast: indices [${indices!.shape.join(", ")}], updates [${updates!.shape.join(", ")}]`,
      );
    }
    return [{ dtype: updates!.dtype, shape: [...updates!.shape, size] }];
  },
  gradient: ({ inputs, outputGradients }) => [null, takeAlongLast(outputGradients[0]!, inputs[0]!)],
  flops: () => 0,
};

/** Rows of zeros of the given size with one element each: the inverse of {@link takeAlongLast}. */
export function placeAlongLast(indices: Value, updates: Value, size: number): Value {
  return updates.graph.add(placeAlongOperation, [indices, updates], { size })[0]!;
}
