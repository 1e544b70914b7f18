/** Sums and maxima over axes. */
import { throughInt32 } from "./elementwise.ts";
import type { Lowering, LoweringTable } from "./lowering.ts";

const reduction =
  (operation: string): Lowering =>
  (writer, { inputs, attributes, outputTypes }) => {
    const axes = writer.integers(attributes.axes as readonly number[]);
    const keepdims = attributes.keepDims as boolean;
    const reduce = (input: string) =>
      writer.node(operation, [input, axes], { attributes: { keepdims } });
    return [
      outputTypes[0]!.dtype === "uint8"
        ? throughInt32(writer, inputs, ([widened]) => reduce(widened!))
        : reduce(inputs[0]!),
    ];
  };

export const reductionLowerings: LoweringTable = {
  sum: reduction("ReduceSum"),
  max: reduction("ReduceMax"),
};
