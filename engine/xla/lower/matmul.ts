/** Matrix products. */
import { sameShape } from "../../graph/index.ts";
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import { typeOf } from "./types.ts";
import type { Term, Writer } from "./writer.ts";

type Product = {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
};

/** Else a card's tensor cores would round float32 to TF32, and a TPU to bfloat16. */
const exact = "precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]";

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
const matmul: Lowering = (
  writer: Writer,
  { inputs, output, attributes, options }: Site<Product>,
) => {
  const batch = output.shape.slice(0, -2);
  const isHalf = options.precision === "bfloat16";
  const operand = (x: Term): Term => {
    const shape = [...batch, ...x.type.shape.slice(-2)];
    const rounded = isHalf ? writer.convert(x, "bfloat16") : x;
    return sameShape(x.type.shape, shape) ? rounded : writer.broadcast(rounded, shape);
  };
  const factors = inputs.map(operand);
  const rounds = isHalf && batch.length === 0 && !attributes.transposeA;
  const type = rounds ? typeOf("bfloat16", output.shape) : output;
  const numbers = dimensions(attributes, batch.length);
  const product = writer.convert(
    writer.add("dot_general", factors, type, isHalf ? numbers : `${numbers}, ${exact}`),
    "float32",
  );
  const { scale } = attributes;
  if (scale === 1) return product;
  return writer.add("multiply", [product, writer.splat(scale, output)], output);
};

export const products: Lowerings = { matmul };
