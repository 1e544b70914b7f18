/**
 * The head and the cross-entropy in one, as `linearCrossEntropy`, over a head that is kept in fewer
 * bits and not trained.
 */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, multiply } from "./arithmetic.ts";
import {
  defaultChunks,
  type LinearCrossEntropyOptions,
  rowChunks,
} from "./linear-cross-entropy.ts";
import { concat } from "./shapes.ts";
import { logSumExp } from "./softmax.ts";
import {
  type CrossEntropy,
  type CrossEntropyAttributes,
  checkTargets,
  crossEntropyGradient,
  softmaxCrossEntropy,
} from "./softmax-cross-entropy.ts";
import {
  type StoredFormat,
  type StoredMatrix,
  shapeOfStored,
  storedMatmul,
  storedShape,
} from "./stored-matrix.ts";

type Attributes = CrossEntropyAttributes & {
  readonly chunks: number;
  readonly format: StoredFormat;
};

const storedCrossEntropyOperation: Operation<Attributes> = {
  name: "storedCrossEntropy",
  infer([hidden, targets, codes, scales], { chunks, format }) {
    checkTargets("storedCrossEntropy", hidden!, targets!);
    const [, columns] = storedShape(format, codes!, scales);
    const [rows, width] = hidden!.shape as [number, number];
    if (columns !== width || !Number.isInteger(chunks) || chunks < 1 || chunks > rows) {
      throw new GraphError(
        `storedCrossEntropy: ${rows} rows of ${width} in ${chunks} chunks, a head of width ${columns}`,
      );
    }
    const scalar = { dtype: "float32", shape: [] } as const;
    return [scalar, scalar, hidden!];
  },
  expand([hidden, targets, codes, scales], { chunks, ignoreIndex, format }) {
    const head = { format, codes: codes!, scales: scales ?? null };
    const parts = rowChunks(hidden!, targets!, chunks).map((chunk) =>
      chunkLoss(chunk.hidden, head, chunk.targets, ignoreIndex),
    );
    const total = (values: readonly Value[]) => values.reduce((sum, each) => add(sum, each));
    return [
      total(parts.map((part) => part.lossSum)),
      total(parts.map((part) => part.count)),
      concat(
        parts.map((part) => part.hiddenGradient),
        0,
      ),
    ];
  },
  gradient({ outputs, outputGradients, needed }) {
    const [ofLoss] = outputGradients;
    if (needed.some((each, position) => each && position > 0)) {
      throw new GraphError(
        "storedCrossEntropy: a stored matrix is not trained and has no gradient",
      );
    }
    return [ofLoss ? multiply(outputs[2]!, ofLoss) : null, null, null, null];
  },
};

function chunkLoss(hidden: Value, head: StoredMatrix, targets: Value, ignoreIndex: number) {
  const logits = storedMatmul(hidden, head, { transpose: true });
  const { lossSum, count } = softmaxCrossEntropy(logits, targets, { ignoreIndex });
  const ofLogits = crossEntropyGradient(logits, targets, logSumExp(logits), null, { ignoreIndex });
  return { lossSum, count, hiddenGradient: storedMatmul(ofLogits, head) };
}

/** Of a part: each makes the head float32 twice, and holds its logits about five times. */
const mostLogits = 2 ** 22;

/**
 * Equal to `softmaxCrossEntropy` of `storedMatmul(hidden, head, { transpose: true })`.
 * @param hidden `[n, width]`
 * @param head `[vocabulary, width]`
 * @param targets int32 `[n]`
 */
export function storedCrossEntropy(
  hidden: Value,
  head: StoredMatrix,
  targets: Value,
  options: LinearCrossEntropyOptions = {},
): CrossEntropy {
  const [vocabulary] = shapeOfStored(head);
  const rows = hidden.shape[0] ?? 1;
  const { ignoreIndex = -100, chunks = defaultChunks(rows, vocabulary, mostLogits) } = options;
  const { format, codes, scales } = head;
  if (format === "nf4-double") throw new GraphError(`a head is not kept as ${format}`);
  const outputs = hidden.graph.add(
    storedCrossEntropyOperation,
    [hidden, targets, codes, ...(scales === null ? [] : [scales])],
    { ignoreIndex, chunks, format },
  );
  return { lossSum: outputs[0]!, count: outputs[1]! };
}
