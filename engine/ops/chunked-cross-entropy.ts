/**
 * What the losses of a language model's head have in common: the logits of a few rows at a time, never
 * of all. The loss being a sum, its gradients are known up to a scalar as soon as a chunk's logits are.
 */
import { GraphError, type TensorType, type Value } from "../graph/index.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { square } from "./functions.ts";
import { slice } from "./shapes.ts";
import { softcap } from "./softcap.ts";
import { logSumExp } from "./softmax.ts";
import {
  type CrossEntropyAttributes,
  type CrossEntropyOptions,
  crossEntropyAttributes,
  crossEntropyGradient,
  softmaxCrossEntropy,
} from "./softmax-cross-entropy.ts";

export type HeadAttributes = CrossEntropyAttributes & {
  readonly chunks: number;
  /** Of the logits; 0 for none. */
  readonly cap: number;
};

export interface LinearCrossEntropyOptions extends CrossEntropyOptions {
  /**
   * Into how many parts the rows are cut; unless given, so many that a part's logits take at most 32 MiB,
   * or 16 MiB of a head that is kept in fewer bits.
   */
  readonly chunks?: number;
  /** Added to the logits: `[vocabulary]`. */
  readonly bias?: Value | null;
  /** A soft limit on the size of the logits, as `softcap`. */
  readonly softcap?: number | null;
}

/** Of a part: 32 MiB. */
const mostLogits = 2 ** 23;

/** @param most logits of a part, unless the options say into how many parts the rows are cut. */
export function headAttributes(
  options: LinearCrossEntropyOptions,
  rows: number,
  vocabulary: number,
  most = mostLogits,
): HeadAttributes {
  const { chunks, softcap: cap = null } = options;
  const enough = Math.min(rows, Math.ceil((rows * vocabulary) / most));
  return { ...crossEntropyAttributes(options), chunks: chunks ?? enough, cap: cap ?? 0 };
}

/** @throws GraphError unless the rows can be cut so and the bias has an element a word. */
export function checkHead(
  name: string,
  { chunks, cap }: HeadAttributes,
  rows: number,
  vocabulary: number,
  bias: TensorType | undefined,
): void {
  if (!Number.isInteger(chunks) || chunks < 1 || chunks > rows) {
    throw new GraphError(`${name}: ${rows} rows in ${chunks} chunks`);
  }
  if (!(cap >= 0)) throw new GraphError(`${name}: logits capped at ${cap}`);
  if (bias === undefined) return;
  if (bias.dtype !== "float32" || bias.shape.length !== 1 || bias.shape[0] !== vocabulary) {
    throw new GraphError(`${name}: needs a bias [${vocabulary}], got [${bias.shape.join(", ")}]`);
  }
}

/**
 * The rows and their targets in parts of nearly equal size, in order.
 * @param hidden `[n, width]`
 * @param targets int32 `[n]`
 * @param chunks how many parts, 1 to n
 * @returns of each part `hidden` `[rows, width]` and `targets` `[rows]`
 */
export function rowChunks(hidden: Value, targets: Value, chunks: number) {
  const rows = hidden.shape[0]!;
  return Array.from({ length: chunks }, (_, i) => {
    const [start, end] = [Math.floor((i * rows) / chunks), Math.floor(((i + 1) * rows) / chunks)];
    return { hidden: slice(hidden, 0, start, end), targets: slice(targets, 0, start, end) };
  });
}

/**
 * Loss and count of a chunk, and the gradient of its loss by the head's output.
 * @param output of the head, bias included, before the cap: `[n, vocabulary]`
 * @param targets int32 `[n]`
 * @returns the scalars `lossSum`, in nats, and `count`; `ofOutput` is `[n, vocabulary]`
 * @throws GraphError when the targets are no int32 of the output's rows
 */
export function chunkLoss(output: Value, targets: Value, attributes: HeadAttributes) {
  const { cap } = attributes;
  const logits = cap === 0 ? output : softcap(output, cap);
  const { lossSum, count } = softmaxCrossEntropy(logits, targets, attributes);
  const ofLogits = crossEntropyGradient(logits, targets, logSumExp(logits), null, attributes);
  const slope = () => subtract(1, square(multiply(logits, 1 / cap)));
  return { lossSum, count, ofOutput: cap === 0 ? ofLogits : multiply(ofLogits, slope()) };
}

export const total = (values: readonly Value[]): Value =>
  values.reduce((sum, each) => add(sum, each));
