/** Reading and adding to rows and elements by integer indices. */
import { type Shape, sizeOf, type TensorType } from "../../../graph/index.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import type { Lowering, LoweringTable } from "./lowering.ts";
import { reshapeTo } from "./shapes.ts";

function zeros(writer: ModelWriter, type: TensorType): TensorName {
  return writer.node("Expand", [writer.zero(type.dtype), writer.integers(type.shape)]);
}

/** Not `ScatterND`, which is faster: its threads lose updates of equal indices to each other. */
const scatterAdd: Lowering = (writer, { inputs, inputTypes, outputTypes }) => {
  const [indices, updates] = inputs as [TensorName, TensorName];
  const [indicesShape, updatesShape] = inputTypes.map((type) => type.shape) as [Shape, Shape];
  const rows = outputTypes[0]!.shape[0]!;
  const count = sizeOf(indicesShape);
  const width = sizeOf(updatesShape.slice(indicesShape.length));
  const column = reshapeTo(writer, indices, [count, 1]);
  const places = writer.node("Expand", [column, writer.integers([count, width])]);
  const added = writer.node(
    "ScatterElements",
    [
      zeros(writer, { dtype: outputTypes[0]!.dtype, shape: [rows, width] }),
      places,
      reshapeTo(writer, updates, [count, width]),
    ],
    { attributes: { axis: 0, reduction: "add" } },
  );
  return [reshapeTo(writer, added, outputTypes[0]!.shape)];
};

const withLastAxis = (shape: Shape): Shape => [...shape, 1];

const takeAlongLast: Lowering = (writer, { inputs, inputTypes, outputTypes }) => {
  const indices = reshapeTo(writer, inputs[1]!, withLastAxis(inputTypes[1]!.shape));
  const taken = writer.node("GatherElements", [inputs[0]!, indices], { attributes: { axis: -1 } });
  return [reshapeTo(writer, taken, outputTypes[0]!.shape)];
};

const placeAlongLast: Lowering = (writer, { inputs, inputTypes, outputTypes }) => {
  const [indices, updates] = inputs.map((input, i) =>
    reshapeTo(writer, input, withLastAxis(inputTypes[i]!.shape)),
  ) as [TensorName, TensorName];
  return [
    writer.node("ScatterElements", [zeros(writer, outputTypes[0]!), indices, updates], {
      attributes: { axis: -1 },
    }),
  ];
};

export const indexingLowerings: LoweringTable = {
  gather: (writer, { inputs }) => [writer.node("Gather", inputs, { attributes: { axis: 0 } })],
  scatterAdd,
  takeAlongLast,
  placeAlongLast,
};
