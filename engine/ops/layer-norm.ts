/**
 * Layer normalisation (Ba, Kiros and Hinton, 2016): every row is brought to mean 0 and variance 1,
 * then scaled and shifted by learned vectors. The row's mean and inverse deviation are further
 * outputs: the backward pass needs them.
 */
import { describeType, GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, divide, multiply, subtract } from "./arithmetic.ts";
import { sum } from "./broadcast.ts";
import { sqrt, square } from "./functions.ts";
import { mean } from "./reductions.ts";
import { asRows, rowProducts, weightedRowSum } from "./rows.ts";

const layerNormOperation: Operation<{ readonly epsilon: number }> = {
  name: "layerNorm",
  infer([x, gain, bias]) {
    const width = x!.shape[x!.shape.length - 1];
    for (const vector of bias === undefined ? [gain!] : [gain!, bias]) {
      if (x!.dtype !== "float32" || vector.shape.length !== 1 || vector.shape[0] !== width) {
        const types = `${describeType(x!)} and ${describeType(vector)}`;
        throw new GraphError(`layerNorm: needs x [..., c], gain [c] and bias [c], got ${types}`);
      }
    }
    const statistic = { dtype: "float32", shape: [...x!.shape.slice(0, -1), 1] } as const;
    return [x!, statistic, statistic];
  },
  expand([x, gain, bias], { epsilon }) {
    const average = mean(x!, [-1], true);
    const centred = subtract(x!, average);
    const variance = mean(square(centred), [-1], true);
    const inverseDeviation = divide(1, sqrt(add(variance, epsilon)));
    const scaled = multiply(multiply(centred, inverseDeviation), gain!);
    return [bias === undefined ? scaled : add(scaled, bias), average, inverseDeviation];
  },
  gradient({ inputs, outputs, outputGradients, needed }) {
    const [x, gain, bias] = inputs as [Value, Value, Value | undefined];
    const [, average, inverseDeviation] = outputs as [Value, Value, Value];
    const gradient = onlyFirst(outputGradients);
    const product = multiply(gradient, x);
    const shift = multiply(average, inverseDeviation);
    const gradientGain = () =>
      subtract(weightedRowSum(product, inverseDeviation), weightedRowSum(gradient, shift));
    return [
      needed[0] ? gradientByRows(x, gain, gradient, product, average, inverseDeviation) : null,
      needed[1] ? gradientGain() : null,
      ...(bias === undefined ? [] : [needed[2] ? sum(asRows(gradient), [0]) : null]),
    ];
  },
};

function onlyFirst(gradients: readonly (Value | null)[]): Value {
  const [first, ...others] = gradients;
  if (first === null || first === undefined || others.some((each) => each !== null)) {
    throw new GraphError("layerNorm: its statistics are for its own gradient, not for a loss");
  }
  return first;
}

/**
 * With `g` the gradient times the gain, `x̂` the normalised row, `r` the inverse deviation and means
 * over the row: `r (g - mean(g) - x̂ mean(g x̂))`, sorted into `g`, a product by `x` and a constant of
 * the row, all by `r`, so that there are few passes over the tensors and few operations on columns.
 */
function gradientByRows(
  x: Value,
  gain: Value,
  gradient: Value,
  product: Value,
  average: Value,
  inverseDeviation: Value,
): Value {
  const share = multiply(gain, -1 / gain.shape[0]!);
  const negativeMean = rowProducts(gradient, share);
  const correlation = subtract(rowProducts(product, share), multiply(average, negativeMean));
  const factor = multiply(square(inverseDeviation), correlation);
  const constant = subtract(negativeMean, multiply(average, factor));
  const varying = add(multiply(gradient, gain), multiply(x, factor));
  return multiply(add(varying, constant), inverseDeviation);
}

/** `x [..., c]`, `gain [c]`, `bias [c]` or none; `epsilon` is added to the variance. */
export function layerNorm(x: Value, gain: Value, bias: Value | null, epsilon: number): Value {
  const inputs = bias === null ? [x, gain] : [x, gain, bias];
  return x.graph.add(layerNormOperation, inputs, { epsilon })[0]!;
}
