/**
 * Products with quantized matrices. Each makes float32 of the matrix, or of some rows at a time, within
 * one node of the model: a node that did that alone would need no more than the weight, and the
 * runtime, which orders nodes as it finds them, would run all such nodes before the first layer.
 *
 * Measured on a matrix of 2,048 by 768, 2 threads, in ms, with 1 and with 1,024 rows of `x`: float32
 * 0.24 and 24; bfloat16 0.56 and 24 at once, 0.24 and 24 by blocks that stay in the cache; `MatMulBnb4`
 * 1.1 and 24; a table's pairs gathered by half bytes 5 and 29.
 */
import {
  codesPerByte,
  dynamicCodes,
  pairsOfBytes,
  type QuantizedFormat,
  quantizedShape,
  scaleGroup,
} from "../../../ops/index.ts";
import type { Tuning } from "../../tuning.ts";
import type { OnnxModel, OnnxPort } from "../model.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import { castTo } from "./elementwise.ts";
import type { LoweredNode, Lowering, LoweringTable } from "./lowering.ts";
import { product } from "./matmul.ts";
import { reshapeTo } from "./shapes.ts";

interface QuantizedProduct {
  readonly format: QuantizedFormat;
  readonly transpose: boolean;
  /** Rows of `x`. */
  readonly count: number;
  /** Of the matrix. */
  readonly rows: number;
  readonly columns: number;
  /** Of a row, each with a scale. */
  readonly blocks: number;
}

const quantizedMatmul: Lowering = (writer, lowered) => {
  const how = readProduct(lowered);
  const [x, ...matrix] = lowered.inputs as [TensorName, ...TensorName[]];
  if (how.format === "nf4-double") return [nestedProduct(writer, x, matrix, how)];
  const { operators } = writer.target;
  const isPacked = operators.has("MatMulNBits") && isPrepacked(lowered, how.format);
  if (isPacked) return [packedProduct(writer, x, matrix, how)];
  if (!how.transpose) return [sumOfRows(writer, x, matrix, how)];
  if (how.format === "nf4") return [normalFloatRows(writer, x, matrix, how)];
  return [rowsByRows(writer, x, matrix, how)];
};

/** Whether the runtime can pack the matrix: it must not change, and be read by rows. */
function isPrepacked({ constants, attributes }: LoweredNode, format: QuantizedFormat): boolean {
  const packs = format === "int8" || format === "int4";
  return packs && attributes.transpose === true && constants.slice(1).every((each) => each);
}

/** The rows of `x` are rounded to 8 bits by the block, too, and the products are those of integers. */
function packedProduct(
  writer: ModelWriter,
  x: TensorName,
  matrix: readonly TensorName[],
  { format, rows, columns, blocks }: QuantizedProduct,
): TensorName {
  const sizes = { K: columns, N: rows, block_size: columns / blocks };
  const bits = format === "int8" ? 8 : 4;
  return writer.node("MatMulNBits", [x, ...matrix], {
    domain: "com.microsoft",
    attributes: { ...sizes, bits, accuracy_level: byIntegers },
  });
}

const byIntegers = 4;

function readProduct({ inputTypes, attributes }: LoweredNode): QuantizedProduct {
  const [x, codes, scales] = inputTypes;
  const { format, transpose } = attributes as Pick<QuantizedProduct, "format" | "transpose">;
  const [rows, columns] = quantizedShape(format, codes!, scales);
  const blocks = scales?.shape[1] ?? 1;
  return { format, transpose, count: x!.shape[0]!, rows, columns, blocks };
}

function normalFloatRows(
  writer: ModelWriter,
  x: TensorName,
  matrix: readonly TensorName[],
  how: QuantizedProduct,
): TensorName {
  const multiply = writer.target.operators.has("MatMulBnb4") ? normalFloatProduct : rowsByRows;
  return multiply(writer, x, matrix, how);
}

/**
 * The runtime's own kernel, which makes float32 of the whole matrix and frees it. It claims to multiply
 * by the matrix untransposed, too, but leaves columns of that product zero (1.30).
 */
function normalFloatProduct(
  writer: ModelWriter,
  x: TensorName,
  matrix: readonly TensorName[],
  { rows, columns, blocks }: QuantizedProduct,
): TensorName {
  const flat = matrix.map((each) => reshapeTo(writer, each, [-1]));
  const sizes = { K: columns, N: rows, block_size: columns / blocks };
  return writer.node("MatMulBnb4", [x, ...flat], {
    domain: "com.microsoft",
    attributes: { ...sizes, quant_type: normalFloat },
  });
}

const normalFloat = 1;

/** Scales are made float32 within the node, too, for the same reason as the matrix. */
function nestedProduct(
  writer: ModelWriter,
  x: TensorName,
  [codes, scales, outer]: readonly TensorName[],
  how: QuantizedProduct,
): TensorName {
  const { transpose, count, rows, columns, blocks } = how;
  const shape = [count, transpose ? rows : columns];
  // A loop of one round over the scales' codes.
  const scanned = reshapeTo(writer, scales!, [1, rows * blocks]);
  const prefix = writer.innerPrefix();
  const port: OnnxPort = { name: `${prefix}scales`, type: "uint8", shape: [rows * blocks] };
  const inner = writer.inner(prefix);
  const restored = restoredScales(inner, port.name, outer!, rows * blocks);
  const matrix = [codes!, reshapeTo(inner, restored, [rows, blocks])];
  const single = { ...how, format: "nf4" } as const;
  const output = transpose
    ? normalFloatRows(inner, x, matrix, single)
    : sumOfRows(inner, x, matrix, single);
  const stacked = writer.node("Scan", [scanned], {
    captured: [x, codes!, outer!],
    attributes: { num_scan_inputs: 1, body: { graph: bodyOf(inner, [port], output, shape) } },
  });
  return reshapeTo(writer, stacked, shape);
}

/** float32 `[count]`, by groups, the last of which is filled up. */
function restoredScales(
  writer: ModelWriter,
  codes: TensorName,
  outer: TensorName,
  count: number,
): TensorName {
  const groups = Math.ceil(count / scaleGroup);
  const whole = groups * scaleGroup;
  const filled =
    whole === count
      ? codes
      : writer.node("Pad", [codes, writer.integers([0, whole - count]), writer.zero("uint8")]);
  const grouped = reshapeTo(writer, filled, [groups, scaleGroup]);
  const table = writer.constant(dynamicCodes, { dtype: "float32", shape: [256] });
  const steps = writer.node("Gather", [table, castTo(writer, grouped, "int32")], {
    attributes: { axis: 0 },
  });
  const part = (from: number, to: number) =>
    writer.node("Slice", [outer, writer.integers([from]), writer.integers([to])]);
  const units = reshapeTo(writer, part(1, 1 + groups), [groups, 1]);
  const above = writer.node("Mul", [steps, units]);
  const scales = reshapeTo(writer, writer.node("Add", [above, part(0, 1)]), [whole]);
  if (whole === count) return scales;
  return writer.node("Slice", [scales, writer.integers([0]), writer.integers([count])]);
}

/** A product with the matrix's transpose: each block of rows gives columns of the result. */
function rowsByRows(
  writer: ModelWriter,
  x: TensorName,
  matrix: readonly TensorName[],
  how: QuantizedProduct,
): TensorName {
  const { count, rows } = how;
  const { size, scanned, ports, prefix } = blocksOf(writer, matrix, how);
  const inner = writer.inner(prefix);
  const weight = dequantized(inner, ports, how, size);
  const output = product(inner, x, weight, { transposeA: false, transposeB: true, scale: 1 });
  const stacked = writer.node("Scan", scanned, {
    captured: [x],
    attributes: {
      num_scan_inputs: scanned.length,
      body: { graph: bodyOf(inner, ports, output, [count, size]) },
    },
  });
  const whole = count === 1 || size === rows;
  const ordered = whole
    ? stacked
    : writer.node("Transpose", [stacked], { attributes: { perm: [1, 0, 2] } });
  return reshapeTo(writer, ordered, [count, rows]);
}

/** A product with the matrix: the columns of `x` that belong to a block of rows, summed over blocks. */
function sumOfRows(
  writer: ModelWriter,
  x: TensorName,
  matrix: readonly TensorName[],
  how: QuantizedProduct,
): TensorName {
  const { count, rows, columns } = how;
  const { size, scanned, ports, prefix } = blocksOf(writer, matrix, how);
  const result = [count, columns];
  const zeros = writer.node("Expand", [writer.float(0), writer.integers(result)]);
  const cut = reshapeTo(writer, x, [count, rows / size, size]);
  const [sum, part] = [`${prefix}sum`, `${prefix}part`];
  const inner = writer.inner(prefix);
  const weight = dequantized(inner, ports, how, size);
  const term = product(inner, part, weight, { transposeA: false, transposeB: false, scale: 1 });
  const output = inner.node("Add", [sum, term]);
  const body = bodyOf(
    inner,
    [
      { name: sum, type: "float32", shape: result },
      { name: part, type: "float32", shape: [count, size] },
      ...ports,
    ],
    output,
    result,
  );
  return writer.node("Scan", [zeros, cut, ...scanned], {
    attributes: {
      num_scan_inputs: 1 + scanned.length,
      scan_input_axes: [1, ...scanned.map(() => 0)],
      body: { graph: body },
    },
  });
}

/** The parts of the matrix cut into blocks of rows, and what a block is within the loop. */
function blocksOf(writer: ModelWriter, matrix: readonly TensorName[], how: QuantizedProduct) {
  const size = blockRows(how, writer.target.tuning.quantized);
  const { format, rows, columns, blocks } = how;
  const rests =
    format === "bfloat16"
      ? [[columns]]
      : [[blocks, columns / blocks / codesPerByte[format]], [blocks]];
  const scanned = matrix.map((part, i) =>
    reshapeTo(writer, part, [rows / size, size, ...rests[i]!]),
  );
  const prefix = writer.innerPrefix();
  const types = [format === "bfloat16" ? "bfloat16" : "uint8", "float32"] as const;
  const ports = rests.map(
    (rest, i): OnnxPort => ({
      name: `${prefix}${names[i]}`,
      type: types[i]!,
      shape: [size, ...rest],
    }),
  );
  return { size, scanned, ports, prefix };
}

const names = ["codes", "scales"] as const;

/** Rows of the matrix that are float32 at a time. */
function blockRows(
  { count, rows, columns }: QuantizedProduct,
  { cachedRows, cachedElements, mostElements }: Tuning["quantized"],
): number {
  const target = (count <= cachedRows ? cachedElements : mostElements) / columns;
  const sizes = Array.from({ length: rows }, (_, i) => i + 1).filter((size) => rows % size === 0);
  const below = sizes.filter((size) => size <= target).at(-1) ?? 1;
  return below >= target / 16 ? below : (sizes.find((size) => size >= target) ?? rows);
}

/** Adds what makes float32 `[size, columns]` of a block. */
function dequantized(
  writer: ModelWriter,
  ports: readonly OnnxPort[],
  { format, columns, blocks }: QuantizedProduct,
  size: number,
): TensorName {
  const [codes, scales] = ports.map(({ name }) => name) as [TensorName, TensorName | undefined];
  if (format === "bfloat16") return castTo(writer, codes, "float32");
  const byBlock = [size, blocks, columns / blocks];
  const units =
    format === "int8"
      ? writer.node("Sub", [castTo(writer, codes, "float32"), writer.float(128)])
      : reshapeTo(writer, pairs(writer, codes, format === "int4" ? "int4" : "nf4"), byBlock);
  const scaled = writer.node("Mul", [units, reshapeTo(writer, scales!, [size, blocks, 1])]);
  return reshapeTo(writer, scaled, [size, columns]);
}

function pairs(writer: ModelWriter, codes: TensorName, format: "int4" | "nf4"): TensorName {
  const table = writer.constant(pairsOfBytes(format), { dtype: "float32", shape: [256, 2] });
  return writer.node("Gather", [table, castTo(writer, codes, "int32")], {
    attributes: { axis: 0 },
  });
}

function bodyOf(
  { nodes, initializers }: ModelWriter,
  inputs: readonly OnnxPort[],
  output: TensorName,
  shape: readonly number[],
): OnnxModel {
  const outputs: OnnxPort[] = [{ name: output, type: "float32", shape }];
  return { name: "rows", nodes, initializers, inputs, outputs };
}

export const quantizedMatrixLowerings: LoweringTable = { quantizedMatmul };
