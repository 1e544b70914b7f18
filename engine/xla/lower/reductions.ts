/** Sums and maxima over axes. */
import type { DType } from "../../graph/index.ts";
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import { scalarOf, tensorText, typeOf } from "./types.ts";
import type { Writer } from "./writer.ts";

/** Below everything of its type. */
const lowest: Readonly<Record<DType, number>> = {
  float32: Number.NEGATIVE_INFINITY,
  bfloat16: Number.NEGATIVE_INFINITY,
  int32: -(2 ** 31),
  uint8: 0,
  bool: 0,
};

type Reduction = { readonly axes: readonly number[] };

const reduction =
  (operation: "add" | "maximum", neutral: (dtype: DType) => number): Lowering =>
  (writer: Writer, { inputs, output, attributes: { axes } }: Site<Reduction>) => {
    const x = inputs[0]!;
    const { dtype, shape } = x.type;
    const first = writer.scalar(neutral(dtype), dtype);
    const type = typeOf(
      dtype,
      shape.filter((_, axis) => !axes.includes(axis)),
    );
    const types = `(${tensorText(x.type)}, ${tensorText(scalarOf(dtype))}) -> ${tensorText(type)}`;
    const reduced = writer.emit(
      `stablehlo.reduce(${x.name} init: ${first.name}) applies stablehlo.${operation} across dimensions = [${axes.join(", ")}] : ${types}`,
      type,
    );
    return writer.reshape(reduced, output.shape);
  };

export const reductions: Lowerings = {
  sum: reduction("add", () => 0),
  max: reduction("maximum", (dtype) => lowest[dtype]),
};
