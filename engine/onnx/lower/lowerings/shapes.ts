/** The same elements in another shape or order. */
import { type Shape, sizeOf } from "../../../graph/index.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import type { LoweringTable } from "./lowering.ts";

/** The same elements in another shape; -1 stands for what the other axes leave. */
export function reshapeTo(writer: ModelWriter, input: TensorName, shape: Shape): TensorName {
  const { views } = writer;
  const make = (source: TensorName, to: Shape) =>
    writer.node("Reshape", [source, writer.integers(to)]);
  if (!shape.includes(-1)) return views.of(input, shape, make);
  const known = views.shapeOf(input);
  if (known === undefined) return make(input, shape);
  const rest = sizeOf(known) / sizeOf(shape.filter((size) => size !== -1));
  return views.of(
    input,
    shape.map((size) => (size === -1 ? rest : size)),
    make,
  );
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
