/**
 * The head and the cross-entropy in one, as `linearCrossEntropy`, over a head that is kept in fewer
 * bits and not trained.
 */
import { GraphError, type Operation, type Value } from "../graph/index.ts";
import { add, multiply } from "./arithmetic.ts";
import {
  checkHead,
  chunkLoss,
  type HeadAttributes,
  headAttributes,
  type LinearCrossEntropyOptions,
  rowChunks,
  total,
} from "./chunked-cross-entropy.ts";
import {
  type QuantizedFormat,
  type QuantizedMatrix,
  quantizedMatmul,
  quantizedShape,
  shapeOfQuantized,
} from "./quantized-matrix.ts";
import { concat } from "./shapes.ts";
import { type CrossEntropy, checkTargets } from "./softmax-cross-entropy.ts";

type Attributes = HeadAttributes & {
  readonly format: QuantizedFormat;
  /** Whether there is a bias, between the targets and the parts of the head. */
  readonly biased: boolean;
};

/** The operands by what they are, from their order. */
function operandsByRole<T>([hidden, targets, ...others]: readonly T[], { biased }: Attributes) {
  const bias = biased ? others[0] : undefined;
  const [codes, scales] = biased ? others.slice(1) : others;
  return { hidden: hidden!, targets: targets!, bias, codes: codes!, scales };
}

const quantizedCrossEntropyOperation: Operation<Attributes> = {
  name: "quantizedCrossEntropy",
  infer(operands, attributes) {
    const { hidden, targets, codes, scales, bias } = operandsByRole(operands, attributes);
    checkTargets("quantizedCrossEntropy", hidden, targets);
    const [vocabulary, columns] = quantizedShape(attributes.format, codes, scales);
    const [rows, width] = hidden.shape as [number, number];
    if (columns !== width) {
      throw new GraphError(`quantizedCrossEntropy: rows of ${width} by a head of width ${columns}`);
    }
    checkHead("quantizedCrossEntropy", attributes, rows, vocabulary, bias);
    const scalar = { dtype: "float32", shape: [] } as const;
    return [scalar, scalar, hidden];
  },
  expand(operands, attributes) {
    const { hidden, targets, codes, scales, bias } = operandsByRole(operands, attributes);
    const head = { format: attributes.format, codes, scales: scales ?? null };
    const parts = rowChunks(hidden, targets, attributes.chunks).map((chunk) => {
      const product = quantizedMatmul(chunk.hidden, head, { transpose: true });
      const output = bias === undefined ? product : add(product, bias);
      const { lossSum, count, ofOutput } = chunkLoss(output, chunk.targets, attributes);
      return { lossSum, count, hidden: quantizedMatmul(ofOutput, head) };
    });
    return [
      total(parts.map((part) => part.lossSum)),
      total(parts.map((part) => part.count)),
      concat(
        parts.map((part) => part.hidden),
        0,
      ),
    ];
  },
  gradient({ inputs, outputs, outputGradients, needed }) {
    const [ofLoss] = outputGradients;
    if (needed.some((each, position) => each && position > 0)) {
      throw new GraphError(
        "quantizedCrossEntropy: a quantized matrix and its bias are not trained and have no gradient",
      );
    }
    return inputs.map((_, i) => (i === 0 && ofLoss ? multiply(outputs[2]!, ofLoss) : null));
  },
};

/** Of a part, 16 MiB: each makes the head float32 twice, and holds its logits about five times. */
const mostLogits = 2 ** 22;

/**
 * Equal to `softmaxCrossEntropy` of `quantizedMatmul(hidden, head, { transpose: true })`, with the bias
 * added and the cap applied; of which neither is trained.
 * @param hidden `[n, width]`
 * @param head `[vocabulary, hiddenSize]`
 * @param targets int32 `[n]`
 * @param options as of `linearCrossEntropy`
 * @returns scalars: the loss summed over the counted rows, in nats, and how many rows that is
 * @throws GraphError when the shapes do not fit, or no head is kept in this format
 */
export function quantizedCrossEntropy(
  hidden: Value,
  head: QuantizedMatrix,
  targets: Value,
  options: LinearCrossEntropyOptions = {},
): CrossEntropy {
  const [vocabulary] = shapeOfQuantized(head);
  const { format, codes, scales } = head;
  const { bias = null } = options;
  if (format === "nf4-double") throw new GraphError(`a head is not kept as ${format}`);
  const outputs = hidden.graph.add(
    quantizedCrossEntropyOperation,
    [hidden, targets, bias, codes, scales].filter((each) => each !== null),
    {
      ...headAttributes(options, hidden.shape[0] ?? 1, vocabulary, mostLogits),
      format,
      biased: bias !== null,
    },
  );
  return { lossSum: outputs[0]!, count: outputs[1]! };
}
