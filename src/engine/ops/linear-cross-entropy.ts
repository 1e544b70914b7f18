/**
 * A language model's head and loss in one: the logits of a few rows at a time, never of all, so a
 * vocabulary of 150,000 words costs no memory. The loss being a sum, its gradients are known up to a
 * scalar as soon as a chunk's logits are: they are made beside the loss, chunk by chunk, and nothing
 * is computed twice (as in Hsu et al., 2024, "Liger Kernel"). A graph that takes only the loss drops them.
 */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, multiply } from "./arithmetic.ts";
import { linear } from "./linear.ts";
import { matmul } from "./matmul.ts";
import { concat, slice } from "./shapes.ts";
import { logSumExp } from "./softmax.ts";
import {
  type CrossEntropy,
  type CrossEntropyAttributes,
  checkTargets,
  crossEntropyGradient,
  softmaxCrossEntropy,
} from "./softmax-cross-entropy.ts";

type Attributes = CrossEntropyAttributes & { readonly chunks: number };

const linearCrossEntropyOperation: Operation<Attributes> = {
  name: "linearCrossEntropy",
  infer([hidden, weight, targets], { chunks }) {
    checkTargets("linearCrossEntropy", hidden!, targets!);
    const [rows, width] = hidden!.shape as [number, number];
    if (weight!.shape.length !== 2 || weight!.shape[1] !== width) {
      throw new GraphError(
        `linearCrossEntropy: needs a weight [vocabulary, ${width}], got [${weight!.shape.join(", ")}]`,
      );
    }
    if (!Number.isInteger(chunks) || chunks < 1 || chunks > rows) {
      throw new GraphError(`linearCrossEntropy: ${rows} rows in ${chunks} chunks`);
    }
    const scalar = { dtype: "float32", shape: [] } as const;
    return [scalar, scalar, hidden!, weight!];
  },
  expand([hidden, weight, targets], { chunks, ignoreIndex }) {
    const parts = rowChunks(hidden!, targets!, chunks).map((chunk) =>
      chunkLoss(chunk.hidden, weight!, chunk.targets, ignoreIndex),
    );
    const total = (values: readonly Value[]) => values.reduce((sum, each) => add(sum, each));
    return [
      total(parts.map((part) => part.lossSum)),
      total(parts.map((part) => part.count)),
      concat(
        parts.map((part) => part.hiddenGradient),
        0,
      ),
      total(parts.map((part) => part.weightGradient)),
    ];
  },
  gradient({ outputs, outputGradients, needed }) {
    const [ofLoss, , ...others] = outputGradients;
    if (others.some((gradient) => gradient !== null)) {
      throw new GraphError("linearCrossEntropy: its gradients are not for a loss");
    }
    if (ofLoss === null || ofLoss === undefined) return [null, null, null];
    return [
      needed[0] ? multiply(outputs[2]!, ofLoss) : null,
      needed[1] ? multiply(outputs[3]!, ofLoss) : null,
      null,
    ];
  },
};

/** The rows and their targets in parts of nearly equal size. */
export function rowChunks(hidden: Value, targets: Value, chunks: number) {
  const rows = hidden.shape[0]!;
  return Array.from({ length: chunks }, (_, i) => {
    const [start, end] = [Math.floor((i * rows) / chunks), Math.floor(((i + 1) * rows) / chunks)];
    return { hidden: slice(hidden, 0, start, end), targets: slice(targets, 0, start, end) };
  });
}

function chunkLoss(hidden: Value, weight: Value, targets: Value, ignoreIndex: number) {
  const logits = linear(hidden, weight);
  const { lossSum, count } = softmaxCrossEntropy(logits, targets, { ignoreIndex });
  const ofLogits = crossEntropyGradient(logits, targets, logSumExp(logits), null, { ignoreIndex });
  return {
    lossSum,
    count,
    hiddenGradient: matmul(ofLogits, weight),
    weightGradient: matmul(ofLogits, hidden, { transposeA: true }),
  };
}

export interface LinearCrossEntropyOptions {
  /** Rows with this target do not count. */
  readonly ignoreIndex?: number;
  /** Into how many parts the rows are cut; unless given, so many that a part's logits take 32 MiB. */
  readonly chunks?: number;
}

const mostLogits = 2 ** 23;

export function defaultChunks(rows: number, vocabulary: number, most = mostLogits): number {
  return Math.min(rows, Math.ceil((rows * vocabulary) / most));
}

/**
 * Equal to `softmaxCrossEntropy(linear(hidden, weight), targets)`.
 * @param hidden `[n, width]`
 * @param weight `[vocabulary, width]`
 * @param targets int32 `[n]`
 */
export function linearCrossEntropy(
  hidden: Value,
  weight: Value,
  targets: Value,
  options: LinearCrossEntropyOptions = {},
): CrossEntropy {
  const { ignoreIndex = -100, chunks = defaultChunks(hidden.shape[0] ?? 1, weight.shape[0] ?? 1) } =
    options;
  const attributes = { ignoreIndex, chunks };
  const outputs = hidden.graph.add(
    linearCrossEntropyOperation,
    [hidden, weight, targets],
    attributes,
  );
  return { lossSum: outputs[0]!, count: outputs[1]! };
}
