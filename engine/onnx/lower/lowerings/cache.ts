/** Writing rows into a cache, and attention to it. */
import type { Node } from "../../../graph/index.ts";
import type { ModelWriter, TensorName } from "../writer.ts";
import { castTo } from "./elementwise.ts";
import type { Lowering, LoweringTable } from "./lowering.ts";
import { reshapeTo } from "./shapes.ts";

/**
 * `ScatterND` copies the cache only where its result has other memory: with the cache donated it
 * writes the new rows and no more. It takes the place of every row, `[batch, heads, sequence, 3]`.
 */
function rowPlaces(
  writer: ModelWriter,
  positions: TensorName,
  [batch, heads, sequenceLength]: readonly number[],
): TensorName {
  const count = batch! * heads! * sequenceLength!;
  const data = Int32Array.from({ length: 2 * count }, (_, i) => {
    const row = Math.floor(i / 2 / sequenceLength!);
    return i % 2 === 0 ? Math.floor(row / heads!) : row % heads!;
  });
  const shape = [batch!, heads!, sequenceLength!, 2];
  const sequenceAndHead = writer.constant(data, { dtype: "int32", shape });
  const column = reshapeTo(writer, positions, [batch!, 1, sequenceLength!, 1]);
  const ofHeads = writer.node("Expand", [
    column,
    writer.integers([batch!, heads!, sequenceLength!, 1]),
  ]);
  const places = writer.node("Concat", [sequenceAndHead, ofHeads], { attributes: { axis: -1 } });
  return castTo(writer, places, "int64");
}

/** The kernel refuses other sizes of a head, and several tokens of several sequences; it knows no slopes. */
export function attendsWhole({ inputs, attributes }: Node): boolean {
  const [batch, , tokens, headDim] = inputs[0]!.shape as [number, number, number, number];
  const isPlain = (attributes.slopes as readonly number[]).length === 0;
  return headDim % 8 === 0 && isPlain && (batch === 1 || tokens === 1);
}

/**
 * One kernel that reads no more of the caches than there are tokens. It writes only the new rows where
 * both caches' results have the caches' own memory. The query is scaled before, for its products of a
 * single row are fastest without a factor.
 */
const cachedAttention: Lowering = (writer, { inputs, inputTypes, outputTypes, attributes }) => {
  const [query, key, value, keys, values, positions] = inputs as readonly TensorName[];
  const [batch, heads, tokens, headDim] = inputTypes[0]!.shape as [number, number, number, number];
  const [, kv, capacity] = inputTypes[3]!.shape as [number, number, number, number];
  const swapped = (name: TensorName) =>
    writer.node("Transpose", [name], { attributes: { perm: [0, 2, 1, 3] } });
  const inRow = (name: TensorName, count: number) =>
    reshapeTo(writer, tokens === 1 ? name : swapped(name), [batch, tokens, count * headDim]);
  const scaled = writer.node("Mul", [
    inRow(query!, heads),
    writer.float(attributes.scale as number),
  ]);
  const total = writer.constant(Int32Array.of(capacity), { dtype: "int32", shape: [1] });
  const [attended, ...caches] = writer.nodeWithOutputs(
    "GroupQueryAttention",
    [
      ...[scaled, inRow(key!, kv), inRow(value!, kv), keys!, values!],
      ...[reshapeTo(writer, lastOf(writer, positions!, tokens), [batch]), total],
    ],
    3,
    {
      domain: "com.microsoft",
      attributes: {
        num_heads: heads,
        kv_num_heads: kv,
        scale: { float: 1 },
        softcap: { float: attributes.softcap as number },
        local_window_size: attributes.window === 0 ? -1 : (attributes.window as number),
      },
    },
  ) as [TensorName, ...TensorName[]];
  writer.views.shaped(attended, [batch, tokens, heads * headDim]);
  if (tokens === 1) return [reshapeTo(writer, attended, outputTypes[0]!.shape), ...caches];
  return [swapped(reshapeTo(writer, attended, [batch, tokens, heads, headDim])), ...caches];
};

/** The position of each sequence's last token: the kernel counts back from it. */
function lastOf(writer: ModelWriter, positions: TensorName, tokens: number): TensorName {
  if (tokens === 1) return positions;
  const last = writer.constant(Int32Array.of(tokens - 1), { dtype: "int32", shape: [1] });
  return writer.node("Gather", [positions, last], { attributes: { axis: 1 } });
}

export const cacheLowerings: LoweringTable = {
  cacheWrite: (writer, { inputs, inputTypes }) => {
    const [cache, update, positions] = inputs as [TensorName, TensorName, TensorName];
    const places = rowPlaces(writer, positions, inputTypes[1]!.shape);
    return [writer.node("ScatterND", [cache, places, update])];
  },
  cachedAttention,
};
