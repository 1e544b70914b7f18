/**
 * Some rows of a matrix, brought together. As no row is picked twice, the gradient picks as well: each
 * row looks up where it went, which engines do in a fraction of the time that adding to rows takes.
 */
import { describeType, GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, maximum } from "./arithmetic.ts";
import { gather, scatterAdd } from "./indexing.ts";
import { greaterEqual, select } from "./logic.ts";
import { reshape } from "./shapes.ts";

const pickRowsOperation: Operation = {
  name: "pickRows",
  infer([matrix, rows]) {
    const fits =
      matrix!.dtype === "float32" &&
      matrix!.shape.length === 2 &&
      rows!.dtype === "int32" &&
      rows!.shape.length === 1;
    if (!fits) {
      const types = `${describeType(matrix!)} and ${describeType(rows!)}`;
      throw new GraphError(`pickRows: needs float32[n, width] and int32[picked], got ${types}`);
    }
    return [{ dtype: "float32", shape: [rows!.shape[0]!, matrix!.shape[1]!] }];
  },
  expand([matrix, rows]) {
    const picked = gather(matrix!, maximum(rows!, 0));
    const isRow = reshape(greaterEqual(rows!, 0), [rows!.shape[0]!, 1]);
    return [select(isRow, picked, 0)];
  },
  gradient({ inputs, outputGradients }) {
    const [matrix, rows] = inputs as [Value, Value];
    return [pickRows(outputGradients[0]!, placesOf(rows, matrix.shape[0]!)), null];
  },
};

/** Where each of `count` rows was put, or -1: int32 `[count]`. */
function placesOf(rows: Value, count: number): Value {
  const picked = rows.shape[0]!;
  const numbers = Int32Array.from({ length: picked }, (_, place) => place + 1);
  const numbered = rows.graph.constant(numbers, [picked], "int32");
  const counted = select(greaterEqual(rows, 0), numbered, 0);
  return add(scatterAdd(maximum(rows, 0), counted, count), -1);
}

/**
 * `matrix [n, width]` by `rows` int32 `[picked]` gives `[picked, width]`; where `rows` is -1, a row of
 * zeros. Others must be below `n` and differ from each other: the caller sees to that, no engine does.
 */
export function pickRows(matrix: Value, rows: Value): Value {
  return matrix.graph.add(pickRowsOperation, [matrix, rows], {})[0]!;
}
