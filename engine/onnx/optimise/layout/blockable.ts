/** Which products can be taken into blocked layout. */
import type { Node, Value } from "../../../graph/index.ts";
import { sideMultiple } from "./operations.ts";

export interface ProductSides {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/**
 * The product's sides, or null where it cannot be blocked.
 * @param smallestSide by the tuning.
 */
export function blockableProduct(
  { operation, inputs, attributes }: Node,
  smallestSide: number,
): ProductSides | null {
  if (operation.name !== "matmul" || attributes.scale !== 1) return null;
  const [a, b] = inputs as [Value, Value];
  if (a.shape.length !== 2 || b.shape.length !== 2) return null;
  const transposeA = attributes.transposeA === true;
  const transposeB = attributes.transposeB === true;
  const [rows, inner] = (transposeA ? a.shape.toReversed() : a.shape) as [number, number];
  const columns = b.shape[transposeB ? 0 : 1]!;
  // Each side may be the columns of a blocked matrix, of an operand, the result or its transpose.
  const fits = [rows, inner, columns].every(
    (side) => side >= smallestSide && side % sideMultiple === 0,
  );
  return fits ? { rows, inner, columns, transposeA, transposeB } : null;
}
