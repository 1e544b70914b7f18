/**
 * The backward pass of causal attention as one operation, so that an engine may make the weights anew
 * from the sums of their rows. What it means takes those that the forward pass made.
 */
import type { Operation, Value } from "../graph/index.ts";
import type { AttentionAttributes } from "./attention-blocks.ts";
import { type AttentionGradients, attentionGradient } from "./attention-gradient.ts";

/** Where among the operands each is; the weights are behind them. */
const names = ["query", "key", "value", "output", "logSums", "gradient", "segments"] as const;

export type CausalAttentionGradientAttributes = AttentionAttributes & {
  /** Without them the weights begin in their place. */
  readonly hasSegments: boolean;
};

const operation: Operation<CausalAttentionGradientAttributes> = {
  name: "causalAttentionGradient",
  plannedInside: true,
  infer: ([query, key, value]) => [query!, key!, value!],
  expand(inputs, { hasSegments, ...attributes }) {
    const [query, key, value, output, , gradient] = inputs as [Value, Value, Value, ...Value[]];
    const weights = inputs.slice(hasSegments ? names.length : names.length - 1);
    const operands = { query, key, value, output: output!, gradient: gradient!, weights };
    const found = attentionGradient(operands, attributes);
    return [found.query, found.key, found.value];
  },
};

type Operands = Readonly<Record<Exclude<(typeof names)[number], "segments">, Value>> & {
  readonly segments: Value | undefined;
  /** Of each range of heads and block, as the forward pass made them. */
  readonly weights: readonly Value[];
};

/** Gradients by queries, keys and values. */
export function causalAttentionGradient(
  operands: Operands,
  attributes: AttentionAttributes,
): AttentionGradients {
  const given = names.map((name) => operands[name]).filter((each) => each !== undefined);
  const hasSegments = operands.segments !== undefined;
  const [query, key, value] = operands.query.graph.add(operation, [...given, ...operands.weights], {
    ...attributes,
    hasSegments,
  }) as [Value, Value, Value];
  return { query, key, value };
}
