/** Writing rows into a cache. */
import type { ModelWriter, TensorName } from "../writer.ts";
import { castTo } from "./elementwise.ts";
import type { LoweringTable } from "./lowering.ts";
import { reshapeTo } from "./shapes.ts";

/**
 * `ScatterND` copies the cache only where its result has other memory: with the cache donated it
 * writes the new rows and no more. It takes the place of every row, `[batch, heads, time, 3]`.
 */
function rowPlaces(
  writer: ModelWriter,
  positions: TensorName,
  [batch, heads, time]: readonly number[],
): TensorName {
  const count = batch! * heads! * time!;
  const data = Int32Array.from({ length: 2 * count }, (_, i) => {
    const row = Math.floor(i / 2 / time!);
    return i % 2 === 0 ? Math.floor(row / heads!) : row % heads!;
  });
  const shape = [batch!, heads!, time!, 2];
  const sequenceAndHead = writer.constant(data, { dtype: "int32", shape });
  const column = reshapeTo(writer, positions, [batch!, 1, time!, 1]);
  const ofHeads = writer.node("Expand", [column, writer.integers([batch!, heads!, time!, 1])]);
  const places = writer.node("Concat", [sequenceAndHead, ofHeads], { attributes: { axis: -1 } });
  return castTo(writer, places, "int64");
}

export const cacheLowerings: LoweringTable = {
  cacheWrite: (writer, { inputs, inputTypes }) => {
    const [cache, update, positions] = inputs as [TensorName, TensorName, TensorName];
    const places = rowPlaces(writer, positions, inputTypes[1]!.shape);
    return [writer.node("ScatterND", [cache, places, update])];
  },
};
