/** Matrix products. */
import type { TensorType } from "../../../graph/index.ts";
import type { Tuning } from "../../tuning.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import type { Lowering, LoweringTable } from "./lowering.ts";

interface ProductAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
}

/** Axes of the operands. */
type Ranks = readonly [a: number, b: number];

/** `FusedMatMul` takes transposed operands and a factor without touching memory once more. */
export function product(
  writer: ModelWriter,
  a: TensorName,
  b: TensorName,
  how: ProductAttributes,
  ranks: Ranks = [2, 2],
): TensorName {
  const { transposeA, transposeB, scale } = how;
  if (!transposeA && !transposeB && scale === 1) return writer.node("MatMul", [a, b]);
  if (!writer.target.operators.has("FusedMatMul")) return plainProduct(writer, [a, b], how, ranks);
  return writer.node("FusedMatMul", [a, b], {
    domain: "com.microsoft",
    attributes: { transA: transposeA, transB: transposeB, alpha: { float: scale } },
  });
}

/** In the standard's operators, a pass over memory for each transpose and for the factor. */
function plainProduct(
  writer: ModelWriter,
  operands: readonly [TensorName, TensorName],
  { transposeA, transposeB, scale }: ProductAttributes,
  ranks: Ranks,
): TensorName {
  const turned = operands.map((operand, i) => {
    if (![transposeA, transposeB][i]) return operand;
    const rank = ranks[i]!;
    const axes = Array.from({ length: rank - 2 }, (_, axis) => axis);
    const perm = [...axes, rank - 1, rank - 2];
    return writer.node("Transpose", [operand], { attributes: { perm } });
  });
  const result = writer.node("MatMul", turned);
  return scale === 1 ? result : writer.node("Mul", [result, writer.float(scale)]);
}

/** Whether the rows had better be the second operand. */
function isFewRows(
  [a, b]: readonly TensorType[],
  attributes: ProductAttributes,
  { from, to, columnsPerRow }: Tuning["fewRows"],
): boolean {
  if (a!.shape.length !== 2 || b!.shape.length !== 2) return false;
  const [rows, columns] = [a!.shape[0]!, b!.shape[0]!];
  const transposed = !attributes.transposeA && attributes.transposeB;
  return transposed && rows >= from && rows <= to && columns >= columnsPerRow * rows;
}

const matmul: Lowering = (writer, { inputs, inputTypes, attributes, constants }) => {
  const [a, b] = inputs as [TensorName, TensorName];
  const how = attributes as unknown as ProductAttributes;
  const isPrepacked = constants[1] === true;
  const ranks: Ranks = [inputTypes[0]!.shape.length, inputTypes[1]!.shape.length];
  if (isPrepacked || !isFewRows(inputTypes, how, writer.target.tuning.fewRows)) {
    return [product(writer, a, b, how, ranks)];
  }
  const transposed = product(writer, b, a, how);
  return [writer.node("Transpose", [transposed], { attributes: { perm: [1, 0] } })];
};

export const matmulLowerings: LoweringTable = { matmul };
