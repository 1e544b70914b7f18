/** The same elements in another shape or order. */
import type { Shape } from "../../../graph/index.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import type { LoweringTable } from "./lowering.ts";

export function reshapeTo(writer: ModelWriter, input: TensorName, shape: Shape): TensorName {
  return writer.node("Reshape", [input, writer.integers(shape)]);
}

export const shapeLowerings: LoweringTable = {
  reshape: (writer, { inputs, outputTypes }) => [
    reshapeTo(writer, inputs[0]!, outputTypes[0]!.shape),
  ],
  transpose: (writer, { inputs, attributes }) => [
    writer.node("Transpose", inputs, {
      attributes: { perm: attributes.order as readonly number[] },
    }),
  ],
  broadcastTo: (writer, { inputs, outputTypes }) => [
    writer.node("Expand", [inputs[0]!, writer.integers(outputTypes[0]!.shape)]),
  ],
  concat: (writer, { inputs, attributes }) => [
    writer.node("Concat", inputs, { attributes: { axis: attributes.axis as number } }),
  ],
  slice: (writer, { inputs, attributes }) => [
    writer.node("Slice", [
      inputs[0]!,
      writer.integers([attributes.start as number]),
      writer.integers([attributes.end as number]),
      writer.integers([attributes.axis as number]),
    ]),
  ],
  pad: (writer, { inputs, attributes }) => [
    writer.node("Pad", [
      inputs[0]!,
      writer.integers([attributes.before as number, attributes.after as number]),
      writer.zero("float32"),
      writer.integers([attributes.axis as number]),
    ]),
  ],
};
