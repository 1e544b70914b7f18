/** Matrix products. */
import type { TensorType } from "../../../graph/index.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import type { Lowering, LoweringTable } from "./lowering.ts";

interface ProductAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
}

/** `FusedMatMul` takes transposed operands and a factor without touching memory once more. */
export function product(
  writer: ModelWriter,
  a: TensorName,
  b: TensorName,
  { transposeA, transposeB, scale }: ProductAttributes,
): TensorName {
  if (!transposeA && !transposeB && scale === 1) return writer.node("MatMul", [a, b]);
  return writer.node("FusedMatMul", [a, b], {
    domain: "com.microsoft",
    attributes: { transA: transposeA, transB: transposeB, alpha: { float: scale } },
  });
}

/**
 * Few rows by a transposed weight, as in a generation step of several sequences. The kernel repacks
 * its second operand for every product, which for few rows costs as much as the product: with the
 * rows second it is they that are repacked. Measured from 384 by 1,536 to 768 by 2,048: a third less
 * time for 8 to 32 rows, a tenth for 64, none for 128; a single row has a kernel of its own.
 */
const fewRows = { from: 6, to: 96 };

function isFewRows([a, b]: readonly TensorType[], attributes: ProductAttributes): boolean {
  if (a!.shape.length !== 2 || b!.shape.length !== 2) return false;
  const [rows, columns] = [a!.shape[0]!, b!.shape[0]!];
  const transposed = !attributes.transposeA && attributes.transposeB;
  return transposed && rows >= fewRows.from && rows <= fewRows.to && columns >= 2 * rows;
}

const matmul: Lowering = (writer, { inputs, inputTypes, attributes, constants }) => {
  const [a, b] = inputs as [TensorName, TensorName];
  const how = attributes as unknown as ProductAttributes;
  const isPrepacked = constants[1] === true;
  if (isPrepacked || !isFewRows(inputTypes, how)) return [product(writer, a, b, how)];
  const transposed = product(writer, b, a, how);
  return [writer.node("Transpose", [transposed], { attributes: { perm: [1, 0] } })];
};

export const matmulLowerings: LoweringTable = { matmul };
