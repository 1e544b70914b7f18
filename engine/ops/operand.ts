/** What an operation of two operands accepts: values, or numbers beside a value. */
import { GraphError, Value } from "../graph/index.ts";

/** A value, or a number that becomes a scalar of the other operand's type. */
export type Operand = Value | number;

/** Makes values of both operands, a number taking the other's graph and type. */
export function operands(a: Operand, b: Operand): [Value, Value] {
  const anchor = a instanceof Value ? a : b;
  if (!(anchor instanceof Value)) throw new GraphError("two numbers: compute this without a graph");
  const value = (operand: Operand) =>
    operand instanceof Value ? operand : anchor.graph.scalar(operand, anchor.dtype);
  return [value(a), value(b)];
}
