/** Softmax and its logarithm's normaliser, over one axis, stable for logits of any size. */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, divide, multiply, subtract } from "./arithmetic.ts";
import { sum } from "./broadcast.ts";
import { exp, log } from "./functions.ts";
import { max } from "./reductions.ts";
import { normaliseAxes, reshape, transpose } from "./shapes.ts";

function checkRows(name: string, dtype: string, rank: number): void {
  if (dtype !== "float32" || rank === 0) {
    throw new GraphError(`${name}: needs float32 of rank 1 or more, got ${dtype} of rank ${rank}`);
  }
}

const softmaxOperation: Operation = {
  name: "softmax",
  infer([input]) {
    checkRows("softmax", input!.dtype, input!.shape.length);
    return [input!];
  },
  expand([input]) {
    const powers = exp(subtract(input!, max(input!, [-1], true)));
    return [divide(powers, sum(powers, [-1], true))];
  },
  gradient({ outputs, outputGradients }) {
    const [output, gradient] = [outputs[0]!, outputGradients[0]!];
    const shared = sum(multiply(gradient, output), [-1], true);
    return [multiply(output, subtract(gradient, shared))];
  },
};

const logSumExpOperation: Operation = {
  name: "logSumExp",
  infer([input]) {
    checkRows("logSumExp", input!.dtype, input!.shape.length);
    return [{ dtype: "float32", shape: input!.shape.slice(0, -1) }];
  },
  expand([input]) {
    const largest = max(input!, [-1], true);
    const total = log(sum(exp(subtract(input!, largest)), [-1], true));
    return [reshape(add(total, largest), input!.shape.slice(0, -1))];
  },
  gradient({ inputs, outputs, outputGradients }) {
    const kept = [...outputs[0]!.shape, 1];
    const probabilities = exp(subtract(inputs[0]!, reshape(outputs[0]!, kept)));
    return [multiply(probabilities, reshape(outputGradients[0]!, kept))];
  },
};

/** Positive, summing to 1 along the axis: `exp(x) / sum(exp(x))`. */
export function softmax(x: Value, axis = -1): Value {
  const last = x.shape.length - 1;
  checkRows("softmax", x.dtype, x.shape.length);
  const [normal] = normaliseAxes("softmax", [axis], x.shape.length);
  if (normal === last) return x.graph.add(softmaxOperation, [x], {})[0]!;
  const order = x.shape.map((_, i) => (i === last ? normal! : i === normal ? last : i));
  return transpose(softmax(transpose(x, order)), order);
}

/** `log(sum(exp(x)))` along the last axis, which goes. */
export function logSumExp(x: Value): Value {
  return x.graph.add(logSumExpOperation, [x], {})[0]!;
}
