/**
 * Matrices kept in fewer bits than float32, for weights that are not trained. A number is a code of a
 * few bits times the scale of its block, a run of neighbours in a row:
 *
 * - `bfloat16`: the number itself, without blocks;
 * - `int8`: codes of a byte, 128 standing for zero;
 * - `int4`: codes of half a byte, 8 standing for zero, two a byte with the earlier one in the low half;
 *   both as ONNX Runtime's `MatMulNBits` reads them;
 * - `nf4`: codes of half a byte that stand for the quantiles of a normal distribution, the earlier one
 *   in the high half (Dettmers et al. 2023, "QLoRA", arXiv 2305.14314, appendix E; the layout is that
 *   of bitsandbytes);
 * - `nf4-double`: the same, with scales of a byte (see nested-scales.ts).
 */
import {
  describeType,
  GraphError,
  type Operation,
  type TensorType,
  type Value,
} from "../graph/index.ts";
import { multiply, subtract } from "./arithmetic.ts";
import { gather } from "./indexing.ts";
import { cast } from "./logic.ts";
import { matmul } from "./matmul.ts";
import { expandScales, outerShape } from "./nested-scales.ts";
import { asRows } from "./rows.ts";
import { reshape } from "./shapes.ts";

export const quantizedFormats = ["bfloat16", "int8", "int4", "nf4", "nf4-double"] as const;
export type QuantizedFormat = (typeof quantizedFormats)[number];

export interface QuantizedMatrix {
  readonly format: QuantizedFormat;
  /** bfloat16 `[rows, columns]`, or uint8 `[rows, blocks, bytes of a block]`. */
  readonly codes: Value;
  /** float32 `[rows, blocks]`, codes of them for `nf4-double`; null for bfloat16. */
  readonly scales: Value | null;
  /** Of `nf4-double` alone: float32 `[1 + groups]`, what the scales' codes are measured by. */
  readonly scalesOfScales?: Value;
}

/** What the sixteen codes of `nf4` stand for. */
export const normalFloat4: readonly number[] = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
  -0.18477343022823334, -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725,
  0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
  0.7229568362236023, 1,
];

/** Codes in a byte. */
export const codesPerByte = { int8: 1, int4: 2, nf4: 2, "nf4-double": 2 } as const;

/** The matrix's sizes. @throws GraphError when codes and scales do not fit each other. */
export function quantizedShape(
  format: QuantizedFormat,
  codes: TensorType,
  scales: TensorType | undefined,
): [rows: number, columns: number] {
  const [rows, blocks, bytes] = codes.shape;
  if (format === "bfloat16") {
    if (codes.dtype === "bfloat16" && codes.shape.length === 2) return [rows!, blocks!];
  } else if (
    codes.dtype === "uint8" &&
    codes.shape.length === 3 &&
    scales?.dtype === (format === "nf4-double" ? "uint8" : "float32") &&
    scales.shape.join() === `${rows},${blocks}`
  ) {
    return [rows!, blocks! * bytes! * codesPerByte[format]];
  }
  const types = [codes, ...(scales === undefined ? [] : [scales])].map(describeType).join(", ");
  throw new GraphError(`no matrix is kept as ${format} in ${types}`);
}

export function shapeOfQuantized({ format, codes, scales }: QuantizedMatrix): [number, number] {
  return quantizedShape(format, codes.type, scales?.type);
}

type DequantizeAttributes = { readonly format: QuantizedFormat };

const dequantizeOperation: Operation<DequantizeAttributes> = {
  name: "dequantize",
  infer: ([codes, scales, outer], { format }) => {
    const shape = quantizedShape(format, codes!, scales);
    checkNested(format, scales, outer);
    return [{ dtype: "float32", shape }];
  },
  expand: ([codes, scales, outer], { format }) => [
    format === "nf4-double"
      ? expandCodes("nf4", codes!, expandScales(scales!, outer!))
      : expandCodes(format, codes!, scales),
  ],
};

function checkNested(
  format: QuantizedFormat,
  scales: TensorType | undefined,
  outer: TensorType | undefined,
): void {
  const found = outer === undefined ? "none" : describeType(outer);
  const needed =
    format === "nf4-double"
      ? describeType({ dtype: "float32", shape: outerShape(scales!.shape) })
      : "none";
  if (found === needed) return;
  throw new GraphError(`${format}: needs ${needed} for scales of scales, got ${found}`);
}

function expandCodes(
  format: Exclude<QuantizedFormat, "nf4-double">,
  codes: Value,
  scales: Value | undefined,
): Value {
  if (format === "bfloat16") return cast(codes, "float32");
  const [rows, blocks, bytes] = codes.shape as [number, number, number];
  const block = bytes * codesPerByte[format];
  const units =
    format === "int8"
      ? subtract(cast(codes, "float32"), 128)
      : reshape(gather(pairTable(codes, format), cast(codes, "int32")), [rows, blocks, block]);
  const scaled = multiply(units, reshape(scales!, [rows, blocks, 1]));
  return reshape(scaled, [rows, blocks * block]);
}

/** The two numbers of every byte: `[256, 2]`. */
export function pairsOfBytes(format: "int4" | "nf4"): Float32Array {
  const number = (code: number) => (format === "nf4" ? normalFloat4[code]! : code - 8);
  return Float32Array.from({ length: 512 }, (_, i) => {
    const [low, high] = [(i >> 1) & 15, i >> 5];
    const earlier = format === "nf4" ? high : low;
    return number(i % 2 === 0 ? earlier : low + high - earlier);
  });
}

function pairTable({ graph }: Value, format: "int4" | "nf4"): Value {
  return graph.constant(pairsOfBytes(format), [256, 2], "float32");
}

/** The matrix as float32, `[rows, columns]`. */
export function dequantize(matrix: QuantizedMatrix): Value {
  const { format, codes } = matrix;
  return codes.graph.add(dequantizeOperation, operandsOf(matrix), { format })[0]!;
}

function operandsOf({ codes, scales, scalesOfScales }: QuantizedMatrix): Value[] {
  return [codes, scales, scalesOfScales].filter((each) => each !== null && each !== undefined);
}

function matrixOf(
  format: QuantizedFormat,
  [codes, scales, outer]: readonly Value[],
): QuantizedMatrix {
  const matrix = { format, codes: codes!, scales: scales ?? null };
  return outer === undefined ? matrix : { ...matrix, scalesOfScales: outer };
}

/**
 * Rows of a quantized matrix by id: `ids` int32 `[...]` gives float32 `[..., columns]`.
 * @throws GraphError of `nf4-double`, whose scales are not kept by rows.
 */
export function quantizedEmbedding({ format, codes, scales }: QuantizedMatrix, ids: Value): Value {
  if (format === "nf4-double") throw new GraphError(`rows of ${format} are not read one by one`);
  const flat = reshape(ids, [ids.shape.reduce((product, size) => product * size, 1)]);
  const rows = dequantize({
    format,
    codes: gather(codes, flat),
    scales: scales === null ? null : gather(scales, flat),
  });
  return reshape(rows, [...ids.shape, rows.shape[1]!]);
}

type QuantizedMatmulAttributes = { readonly format: QuantizedFormat; readonly transpose: boolean };

/**
 * An operation of its own and not a product with the dequantized matrix, so that forward and backward
 * pass each make that matrix anew, use it and drop it, and no two weights are float32 at a time.
 */
const quantizedMatmulOperation: Operation<QuantizedMatmulAttributes> = {
  name: "quantizedMatmul",
  infer([x, codes, scales, scalesOfScales], { format, transpose }) {
    const [rows, columns] = quantizedShape(format, codes!, scales);
    checkNested(format, scales, scalesOfScales);
    const [inner, outer] = transpose ? [columns, rows] : [rows, columns];
    if (x!.dtype !== "float32" || x!.shape.length !== 2 || x!.shape[1] !== inner) {
      throw new GraphError(
        `quantizedMatmul: needs float32[n, ${inner}] for a matrix [${rows}, ${columns}]${transpose ? "ᵀ" : ""}, got ${describeType(x!)}`,
      );
    }
    return [{ dtype: "float32", shape: [x!.shape[0]!, outer] }];
  },
  expand: ([x, ...operands], { format, transpose }) => {
    const matrix = dequantize(matrixOf(format, operands));
    return [matmul(x!, matrix, { transposeB: transpose })];
  },
  gradient({ inputs, attributes, outputGradients, needed }) {
    if (needed.some((each, position) => each && position > 0)) {
      throw new GraphError(
        "quantizedMatmul: a quantized matrix is not trained and has no gradient",
      );
    }
    const matrix = matrixOf(attributes.format, inputs.slice(1));
    const transpose = !attributes.transpose;
    return [quantizedMatmul(outputGradients[0]!, matrix, { transpose }), null, null, null];
  },
};

/** `x [..., rows]` by a quantized matrix `[rows, columns]`, or `[..., columns]` by its transpose. */
export function quantizedMatmul(
  x: Value,
  matrix: QuantizedMatrix,
  { transpose = false }: { readonly transpose?: boolean } = {},
): Value {
  const product = x.graph.add(quantizedMatmulOperation, [asRows(x), ...operandsOf(matrix)], {
    format: matrix.format,
    transpose,
  })[0]!;
  return reshape(product, [...x.shape.slice(0, -1), product.shape[1]!]);
}
