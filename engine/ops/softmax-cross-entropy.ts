/**
 * The negative log-likelihood of target classes under softmax, summed over the rows that count. Sum
 * and count come apart, so that micro-batches add up to exactly the mean over all counted rows. The
 * rows' log-normalisers are a third output: the backward pass needs them.
 */
import {
  describeType,
  GraphError,
  type Operation,
  sameShape,
  type TensorType,
  type Value,
} from "../graph/index.ts";
import { add, multiply, subtract } from "./arithmetic.ts";
import { sum } from "./broadcast.ts";
import { exp, square } from "./functions.ts";
import { placeAlongLast, takeAlongLast } from "./indexing.ts";
import { cast, equal, not, select } from "./logic.ts";
import { mean } from "./reductions.ts";
import { reshape } from "./shapes.ts";
import { logSumExp } from "./softmax.ts";

export type CrossEntropyAttributes = {
  readonly ignoreIndex: number;
  /** Share of the target that is spread over all classes (Szegedy et al. 2016); 0 where left out. */
  readonly smoothing?: number;
  /** Times the squared log-normaliser, added to the loss (PaLM's z-loss); 0 where left out. */
  readonly zLoss?: number;
};

const crossEntropyOperation: Operation<CrossEntropyAttributes> = {
  name: "softmaxCrossEntropy",
  infer([logits, targets]) {
    checkTargets("softmaxCrossEntropy", logits!, targets!);
    const scalar = { dtype: "float32", shape: [] } as const;
    return [scalar, scalar, { dtype: "float32", shape: targets!.shape }];
  },
  expand([logits, targets], { ignoreIndex, smoothing = 0, zLoss = 0 }) {
    const { counted, safe } = countedTargets(targets!, ignoreIndex);
    const normaliser = logSumExp(logits!);
    const chosen = takeAlongLast(logits!, safe);
    const wanted =
      smoothing === 0
        ? chosen
        : add(multiply(chosen, 1 - smoothing), multiply(mean(logits!, [1]), smoothing));
    const plain = subtract(normaliser, wanted);
    const losses = zLoss === 0 ? plain : add(plain, multiply(square(normaliser), zLoss));
    return [sum(select(counted, losses, 0)), sum(cast(counted, "float32")), normaliser];
  },
  gradient({ inputs, outputs, attributes, outputGradients, needed }) {
    const [logits, targets] = inputs as [Value, Value];
    const [gradient, , ofNormaliser] = outputGradients;
    if (ofNormaliser !== null) {
      throw new GraphError(
        "softmaxCrossEntropy: its log-normaliser is for its own gradient, not for a loss",
      );
    }
    if (!needed[0] || gradient === null || gradient === undefined) return [null, null];
    const ofLogits = crossEntropyGradient(logits, targets, outputs[2]!, gradient, attributes);
    return [ofLogits, null];
  },
};

/** @throws GraphError unless there is one int32 target for each row of a float32 matrix. */
export function checkTargets(name: string, rows: TensorType, targets: TensorType): void {
  const fits =
    rows.dtype === "float32" &&
    rows.shape.length === 2 &&
    targets.dtype === "int32" &&
    sameShape(targets.shape, [rows.shape[0]!]);
  if (!fits) {
    throw new GraphError(
      `${name}: needs float32[n, width] and int32[n] targets, got ${describeType(rows)} and ${describeType(targets)}`,
    );
  }
}

/** Which rows count, and the targets with 0 in place of the ignored: an index that exists. */
function countedTargets(targets: Value, ignoreIndex: number) {
  const counted = not(equal(targets, ignoreIndex));
  return { counted, safe: select(counted, targets, 0) };
}

/**
 * `(softmax(logits) - onehot(target)) * gradient` on counted rows, 0 on the others: `[n, classes]`.
 * With smoothing the target is spread; the z-loss adds `2 zLoss normaliser softmax(logits)`.
 */
export function crossEntropyGradient(
  logits: Value,
  targets: Value,
  normaliser: Value,
  gradient: Value | null,
  { ignoreIndex, smoothing = 0, zLoss = 0 }: CrossEntropyAttributes,
): Value {
  const [rows, classes] = logits.shape as [number, number];
  const { counted, safe } = countedTargets(targets, ignoreIndex);
  const flags = cast(counted, "float32");
  const weights = gradient === null ? flags : multiply(flags, gradient);
  const probabilities = exp(subtract(logits, reshape(normaliser, [rows, 1])));
  const pull = zLoss === 0 ? weights : multiply(weights, add(multiply(normaliser, 2 * zLoss), 1));
  const weighted = multiply(probabilities, reshape(pull, [rows, 1]));
  if (smoothing === 0) return subtract(weighted, placeAlongLast(safe, weights, classes));
  const onTarget = placeAlongLast(safe, multiply(weights, 1 - smoothing), classes);
  const onAll = reshape(multiply(weights, smoothing / classes), [rows, 1]);
  return subtract(subtract(weighted, onTarget), onAll);
}

/** Rows with the target `ignoreIndex`, -100 unless given, do not count. */
export type CrossEntropyOptions = Partial<CrossEntropyAttributes>;

/** Those that change nothing are left out, so that a plain loss is one graph however it is asked for. */
export function crossEntropyAttributes(options: CrossEntropyOptions): CrossEntropyAttributes {
  const { ignoreIndex = -100, smoothing = 0, zLoss = 0 } = options;
  if (!(smoothing >= 0 && smoothing < 1 && zLoss >= 0)) {
    throw new GraphError(`cross entropy: smoothing ${smoothing}, z-loss ${zLoss}`);
  }
  return {
    ignoreIndex,
    ...(smoothing === 0 ? {} : { smoothing }),
    ...(zLoss === 0 ? {} : { zLoss }),
  };
}

export interface CrossEntropy {
  /** Over the counted rows, in nats, smoothing and z-loss included; 0 when there are none. */
  readonly lossSum: Value;
  /** How many rows count, as a float32 scalar: guard a division against 0. */
  readonly count: Value;
}

/**
 * `logits [n, classes]`, `targets` int32 `[n]`, each in `[0, classes)` or `ignoreIndex`.
 * @throws GraphError when they do not fit, or smoothing or z-loss are out of range
 */
export function softmaxCrossEntropy(
  logits: Value,
  targets: Value,
  options: CrossEntropyOptions = {},
): CrossEntropy {
  const attributes = crossEntropyAttributes(options);
  const outputs = logits.graph.add(crossEntropyOperation, [logits, targets], attributes);
  return { lossSum: outputs[0]!, count: outputs[1]! };
}
