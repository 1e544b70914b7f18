/** Rotary positions. */
import type { Shape } from "../../../graph/index.ts";
import type { LoweringTable } from "./lowering.ts";
import { reshapeTo } from "./shapes.ts";

/** The row of the tables for each sequence and time: sequences may share the tables or have their own. */
function tableRows([batch, , sequenceLength]: Shape, table: Shape): Int32Array {
  const tables = table.length === 2 ? 1 : table[0]!;
  return Int32Array.from(
    { length: batch! * sequenceLength! },
    (_, i) => i % (tables * sequenceLength!),
  );
}

export const ropeLowerings: LoweringTable = {
  /** One pass over memory, where slices, products and a concatenation take four times as long. */
  rope: (writer, { inputs, inputTypes }) => {
    const [x, table] = [inputTypes[0]!.shape, inputTypes[1]!.shape];
    const [batch, heads, sequenceLength, width] = x as [number, number, number, number];
    const half = table[table.length - 1]!;
    const rows = tableRows(x, table);
    const places = writer.integers([...rows], [batch, sequenceLength]);
    const [cosine, sine] = inputs.slice(1).map((name) => reshapeTo(writer, name, [-1, half]));
    const isPart = 2 * half < width;
    const part = { rotary_embedding_dim: 2 * half, num_heads: heads };
    // Of one token the heads lie side by side, as the kernel takes them too.
    const laid = sequenceLength === 1 ? [batch, 1, heads * width] : x;
    const turned = writer.node(
      "RotaryEmbedding",
      [reshapeTo(writer, inputs[0]!, laid), places, cosine!, sine!],
      {
        domain: "com.microsoft",
        attributes: { interleaved: 0, ...(isPart ? part : {}) },
      },
    );
    writer.views.shaped(turned, laid);
    return [reshapeTo(writer, turned, x)];
  },
};
