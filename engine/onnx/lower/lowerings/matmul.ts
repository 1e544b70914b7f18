/** Matrix products. */
import type { Shape, TensorType } from "../../../graph/index.ts";
import type { Tuning } from "../../tuning.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import type { LoweredNode, Lowering, LoweringTable } from "./lowering.ts";
import { reshapeTo } from "./shapes.ts";

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

/**
 * By a packed matrix, of whose product the runtime asks no shape of rows: they are taken as they lie, and
 * what reads the product so again needs no reshape either.
 */
function productOfRows(
  writer: ModelWriter,
  [a, b]: readonly [TensorName, TensorName],
  how: ProductAttributes,
  { inputTypes, outputTypes }: Pick<LoweredNode, "inputTypes" | "outputTypes">,
): TensorName {
  const [rows, matrix] = inputTypes.map(({ shape }) => shape) as [Shape, Shape];
  const source = writer.views.sourceOf(a);
  const shape = writer.views.shapeOf(source);
  const isOfRows =
    !how.transposeA &&
    rows.length === 2 &&
    matrix.length === 2 &&
    shape !== undefined &&
    shape.length > 2 &&
    shape.at(-1) === rows[1];
  if (!isOfRows) return product(writer, a, b, how, [rows.length, matrix.length]);
  const made = product(writer, source, b, how, [shape.length, 2]);
  writer.views.shaped(made, shape.with(-1, outputTypes[0]!.shape[1]!));
  return reshapeTo(writer, made, outputTypes[0]!.shape);
}

const matmul: Lowering = (writer, lowered) => {
  const { inputs, inputTypes, attributes, constants } = lowered;
  const [a, b] = inputs as [TensorName, TensorName];
  const how = attributes as unknown as ProductAttributes;
  const isPrepacked = constants[1] === true;
  const ranks: Ranks = [inputTypes[0]!.shape.length, inputTypes[1]!.shape.length];
  if (isPrepacked) return [productOfRows(writer, [a, b], how, lowered)];
  if (!isFewRows(inputTypes, how, writer.target.tuning.fewRows)) {
    return [product(writer, a, b, how, ranks)];
  }
  const transposed = product(writer, b, a, how);
  return [writer.node("Transpose", [transposed], { attributes: { perm: [1, 0] } })];
};

export const matmulLowerings: LoweringTable = { matmul };
