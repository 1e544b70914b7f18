/**
 * A language model's head and loss in one: the logits of a few rows at a time, never of all, so a
 * vocabulary of 150,000 words costs no memory. The loss being a sum, its gradients are known up to a
 * scalar as soon as a chunk's logits are: they are made beside the loss, chunk by chunk, and nothing
 * is computed twice (as in Hsu et al., 2024, "Liger Kernel"). A graph that takes only the loss drops them.
 */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { multiply } from "./arithmetic.ts";
import { sum } from "./broadcast.ts";
import {
  checkHead,
  chunkLoss,
  type HeadAttributes,
  headAttributes,
  type LinearCrossEntropyOptions,
  rowChunks,
  total,
} from "./chunked-cross-entropy.ts";
import { linear } from "./linear.ts";
import { matmul } from "./matmul.ts";
import { concat } from "./shapes.ts";
import { type CrossEntropy, checkTargets } from "./softmax-cross-entropy.ts";

const linearCrossEntropyOperation: Operation<HeadAttributes> = {
  name: "linearCrossEntropy",
  infer([hidden, weight, targets, bias], attributes) {
    checkTargets("linearCrossEntropy", hidden!, targets!);
    const [rows, width] = hidden!.shape as [number, number];
    if (weight!.shape.length !== 2 || weight!.shape[1] !== width) {
      throw new GraphError(
        `linearCrossEntropy: needs a weight [vocabulary, ${width}], got [${weight!.shape.join(", ")}]`,
      );
    }
    checkHead("linearCrossEntropy", attributes, rows, weight!.shape[0]!, bias);
    const scalar = { dtype: "float32", shape: [] } as const;
    return [scalar, scalar, hidden!, weight!, ...(bias === undefined ? [] : [bias])];
  },
  expand([hidden, weight, targets, bias], attributes) {
    const parts = rowChunks(hidden!, targets!, attributes.chunks).map((chunk) =>
      lossAndGradients(chunk, weight!, bias ?? null, attributes),
    );
    return [
      total(parts.map((part) => part.lossSum)),
      total(parts.map((part) => part.count)),
      concat(
        parts.map((part) => part.hidden),
        0,
      ),
      total(parts.map((part) => part.weight)),
      ...(bias === undefined ? [] : [total(parts.map((part) => part.bias()))]),
    ];
  },
  gradient({ inputs, outputs, outputGradients, needed }) {
    const [ofLoss, , ...others] = outputGradients;
    if (others.some((gradient) => gradient !== null)) {
      throw new GraphError("linearCrossEntropy: its gradients are not for a loss");
    }
    if (ofLoss === null || ofLoss === undefined) return inputs.map(() => null);
    const [, , ofHidden, ofWeight, ofBias] = outputs;
    return [ofHidden, ofWeight, undefined, ofBias].map((gradient, i) =>
      needed[i] && gradient !== undefined ? multiply(gradient, ofLoss) : null,
    );
  },
};

function lossAndGradients(
  { hidden, targets }: ReturnType<typeof rowChunks>[number],
  weight: Value,
  bias: Value | null,
  attributes: HeadAttributes,
) {
  const output = linear(hidden, weight, bias);
  const { lossSum, count, ofOutput } = chunkLoss(output, targets, attributes);
  return {
    lossSum,
    count,
    hidden: matmul(ofOutput, weight),
    weight: matmul(ofOutput, hidden, { transposeA: true }),
    bias: () => sum(ofOutput, [0]),
  };
}

/**
 * Equal to `softmaxCrossEntropy(softcap(linear(hidden, weight, bias)), targets)`.
 * @param hidden `[n, width]`
 * @param weight `[vocabulary, hiddenSize]`
 * @param targets int32 `[n]`
 * @param options the bias `[vocabulary]`, the cap, which target does not count, the number of parts
 * @returns scalars: the loss summed over the counted rows, in nats, and how many rows that is
 * @throws GraphError when the shapes do not fit, or the rows cannot be cut into so many parts
 */
export function linearCrossEntropy(
  hidden: Value,
  weight: Value,
  targets: Value,
  options: LinearCrossEntropyOptions = {},
): CrossEntropy {
  const { bias = null } = options;
  const outputs = hidden.graph.add(
    linearCrossEntropyOperation,
    [hidden, weight, targets, ...(bias === null ? [] : [bias])],
    headAttributes(options, hidden.shape[0] ?? 1, weight.shape[0] ?? 1),
  );
  return { lossSum: outputs[0]!, count: outputs[1]! };
}
