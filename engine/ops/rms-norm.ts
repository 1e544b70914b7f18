/**
 * Root-mean-square normalisation (Zhang and Sennrich, 2019): every row is divided by the root of its
 * mean square, then scaled by a learned vector. The inverse root is a second output: the backward
 * pass needs it.
 */
import { describeType, GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, divide, multiply } from "./arithmetic.ts";
import { sqrt, square } from "./functions.ts";
import { mean } from "./reductions.ts";
import { rowProducts, weightedRowSum } from "./rows.ts";

const rmsNormOperation: Operation<{ readonly epsilon: number }> = {
  name: "rmsNorm",
  infer([x, gain]) {
    const width = x!.shape[x!.shape.length - 1];
    if (x!.dtype !== "float32" || gain!.shape.length !== 1 || gain!.shape[0] !== width) {
      const types = `${describeType(x!)} and ${describeType(gain!)}`;
      throw new GraphError(`rmsNorm: needs x [..., c] and gain [c], got ${types}`);
    }
    return [x!, { dtype: "float32", shape: [...x!.shape.slice(0, -1), 1] }];
  },
  expand([x, gain], { epsilon }) {
    const inverseRoot = divide(1, sqrt(add(mean(square(x!), [-1], true), epsilon)));
    return [multiply(multiply(x!, inverseRoot), gain!), inverseRoot];
  },
  /** By the row: `r (g - x r² mean(g x))`, with `g` the gradient times the gain, `r` the inverse root. */
  gradient({ inputs, outputs, outputGradients, needed }) {
    const [x, gain] = inputs as [Value, Value];
    const inverseRoot = outputs[1]!;
    const [gradient, ofRoot] = outputGradients;
    if (gradient === null || gradient === undefined || ofRoot !== null) {
      throw new GraphError("rmsNorm: its inverse root is for its own gradient, not for a loss");
    }
    const product = multiply(gradient, x);
    const gradientX = () => {
      const correlation = rowProducts(product, multiply(gain, -1 / gain.shape[0]!));
      const factor = multiply(square(inverseRoot), correlation);
      return multiply(add(multiply(gradient, gain), multiply(x, factor)), inverseRoot);
    };
    return [
      needed[0] ? gradientX() : null,
      needed[1] ? weightedRowSum(product, inverseRoot) : null,
    ];
  },
};

export interface RmsNormOptions {
  /** Added to the gain: Gemma keeps its gains as differences from 1. */
  readonly gainOffset?: number;
}

/** `x [..., c]`, `gain [c]`; `epsilon` is added to the mean square. */
export function rmsNorm(
  x: Value,
  gain: Value,
  epsilon: number,
  { gainOffset = 0 }: RmsNormOptions = {},
): Value {
  const scale = gainOffset === 0 ? gain : add(gain, gainOffset);
  return x.graph.add(rmsNormOperation, [x, scale], { epsilon })[0]!;
}
