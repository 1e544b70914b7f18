/** Matrix products. */
import type { Precision } from "../../engine.ts";
import { sameShape, type TensorType } from "../../graph/index.ts";
import type { Lowering, Lowerings, LowerOptions, Site } from "./lowering.ts";
import { typeOf } from "./types.ts";
import type { Term, Writer } from "./writer.ts";

type Product = {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
};

/**
 * What a card's tensor cores may make of float32: with less than the highest precision they round to TF32.
 * The default would do so, too, and round to bfloat16 on a TPU.
 */
const names = { float32: "HIGHEST", tf32: "HIGH", bfloat16: null } as const;

function precisionText(precision: Precision): string {
  const name = names[precision];
  if (name === null) return "";
  const each = `#stablehlo<precision ${name}>`;
  return `, precision_config = [${each}, ${each}]`;
}

/** As `lhs_batching_dimensions = [0], …, lhs_contracting_dimensions = [2], …`. */
function dimensions({ transposeA, transposeB }: Product, batch: number): string {
  const axes = Array.from({ length: batch }, (_, axis) => axis).join(", ");
  const batching =
    batch === 0 ? "" : `lhs_batching_dimensions = [${axes}], rhs_batching_dimensions = [${axes}], `;
  const left = transposeA ? batch : batch + 1;
  const right = transposeB ? batch + 1 : batch;
  return `dot_dimension_numbers = #stablehlo.dot<${batching}lhs_contracting_dimensions = [${left}], rhs_contracting_dimensions = [${right}]>`;
}

/**
 * In bfloat16 the factors are rounded and sums are float32, as tensor cores have it. The results that
 * PyTorch's autocast keeps in bfloat16 are rounded, too: those of a matrix with weights, which lie
 * between the layers. Products of heads (scores, and what softmax weighs) and gradients of weights,
 * which are sums over all positions, stay float32.
 */
export function product(
  writer: Writer,
  given: readonly Term[],
  output: TensorType,
  attributes: Product,
  { precision }: LowerOptions,
): Term {
  const batch = output.shape.slice(0, -2);
  const isHalf = precision === "bfloat16";
  const operand = (x: Term): Term => {
    const shape = [...batch, ...x.type.shape.slice(-2)];
    const rounded = isHalf ? writer.convert(x, "bfloat16") : x;
    return sameShape(x.type.shape, shape) ? rounded : writer.broadcast(rounded, shape);
  };
  const factors = given.map(operand);
  const rounds = isHalf && batch.length === 0 && !attributes.transposeA;
  const type = rounds ? typeOf("bfloat16", output.shape) : output;
  const details = dimensions(attributes, batch.length) + precisionText(precision);
  const multiplied = writer.convert(writer.add("dot_general", factors, type, details), "float32");
  const { scale } = attributes;
  if (scale === 1) return multiplied;
  return writer.add("multiply", [multiplied, writer.splat(scale, output)], output);
}

const matmul: Lowering = (writer: Writer, { inputs, output, attributes, options }: Site<Product>) =>
  product(writer, inputs, output, attributes, options);

export const products: Lowerings = { matmul };
