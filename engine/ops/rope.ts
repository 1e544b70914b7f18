/**
 * Rotary position embedding (Su et al., 2021) in the rotate-half convention of Llama: element `i` of a
 * head's vector and element `i + rotaryDim / 2` turn together by an angle that grows with the position.
 */
import { describeType, GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, multiply, negate, subtract } from "./arithmetic.ts";
import { concat, slice } from "./shapes.ts";

const ropeOperation: Operation = {
  name: "rope",
  infer([x, cosine, sine]) {
    const [batch, , sequenceLength, width] = x!.shape;
    for (const table of [cosine!, sine!]) {
      const half = table.shape[table.shape.length - 1]!;
      const positions =
        table.shape.length === 2
          ? table.shape[0] === sequenceLength
          : table.shape.length === 4 &&
            (table.shape[0] === batch || table.shape[0] === 1) &&
            table.shape[1] === 1 &&
            table.shape[2] === sequenceLength;
      if (x!.shape.length !== 4 || !positions || 2 * half > width!) {
        const types = `${describeType(x!)} and ${describeType(table)}`;
        throw new GraphError(
          `rope: needs x [batch, heads, sequence, headDim] and tables [sequence, rotaryDim / 2] or [batch, 1, sequence, rotaryDim / 2], got ${types}`,
        );
      }
    }
    return [x!];
  },
  expand([x, cosine, sine]) {
    const half = cosine!.shape[cosine!.shape.length - 1]!;
    const first = slice(x!, -1, 0, half);
    const second = slice(x!, -1, half, 2 * half);
    const turned = [
      subtract(multiply(first, cosine!), multiply(second, sine!)),
      add(multiply(second, cosine!), multiply(first, sine!)),
    ];
    const width = x!.shape[3]!;
    const rest = 2 * half < width ? [slice(x!, -1, 2 * half, width)] : [];
    return [concat([...turned, ...rest], -1)];
  },
  /** A rotation's gradient is the rotation back. */
  gradient({ inputs, outputGradients, needed }) {
    const [, cosine, sine] = inputs as [Value, Value, Value];
    if (needed[1] || needed[2]) throw new GraphError("rope: its tables of angles have no gradient");
    return [rope(outputGradients[0]!, cosine, negate(sine)), null, null];
  },
};

/**
 * @param x `[batch, heads, sequence, headDim]`
 * @param cosine of each position's angles, `[sequence, rotaryDim / 2]` for all rows of the batch or
 * `[batch, 1, sequence, rotaryDim / 2]`; where `rotaryDim < headDim` the rest of a vector stays as it is.
 * @param sine of the same shape.
 */
export function rope(x: Value, cosine: Value, sine: Value): Value {
  return x.graph.add(ropeOperation, [x, cosine, sine], {})[0]!;
}
