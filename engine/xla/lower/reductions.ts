/** Sums and maxima over axes. */
import type { DType } from "../../graph/index.ts";
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import { scalarOf, tensorText, typeOf } from "./types.ts";
import type { Term, Writer } from "./writer.ts";

/** Below everything of its type. */
const lowest: Readonly<Record<DType, number>> = {
  float32: Number.NEGATIVE_INFINITY,
  bfloat16: Number.NEGATIVE_INFINITY,
  int32: -(2 ** 31),
  uint8: 0,
  bool: 0,
};

type Reduction = { readonly axes: readonly number[] };

const neutral = {
  add: () => 0,
  maximum: (dtype: DType) => lowest[dtype],
} as const;

/** Without the axes. */
export function reduce(
  writer: Writer,
  operation: keyof typeof neutral,
  x: Term,
  axes: readonly number[],
): Term {
  const { dtype, shape } = x.type;
  const first = writer.scalar(neutral[operation](dtype), dtype);
  const type = typeOf(
    dtype,
    shape.filter((_, axis) => !axes.includes(axis)),
  );
  const types = `(${tensorText(x.type)}, ${tensorText(scalarOf(dtype))}) -> ${tensorText(type)}`;
  return writer.emit(
    `stablehlo.reduce(${x.name} init: ${first.name}) applies stablehlo.${operation} across dimensions = [${axes.join(", ")}] : ${types}`,
    type,
  );
}

const reduction =
  (operation: keyof typeof neutral): Lowering =>
  (writer: Writer, { inputs, output, attributes: { axes } }: Site<Reduction>) =>
    writer.reshape(reduce(writer, operation, inputs[0]!, axes), output.shape);

export const reductions: Lowerings = { sum: reduction("add"), max: reduction("maximum") };
