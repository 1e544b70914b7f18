/**
 * An operation: what it makes of the types of its operands, how it is differentiated, and, if it is
 * a composite, what it means in terms of simpler operations.
 *
 * A primitive has no `expand`: every engine runs it. A composite has one, which is its meaning; an
 * engine that has something better lowers the composite itself and must agree with the expansion.
 */
import type { Value } from "./graph.ts";
import type { TensorData, TensorType } from "./types.ts";

export type AttributeValue = number | string | boolean | readonly number[] | TensorData;
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface GradientContext<A extends Attributes = Attributes> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: A;
  /** Per output: the gradient of the loss by it, or null where the loss does not depend on it. */
  readonly outputGradients: readonly (Value | null)[];
  /** Per input: whether its gradient is asked for; work for the others is wasted. */
  readonly needed: readonly boolean[];
}

export interface Operation<A extends Attributes = Attributes> {
  readonly name: string;
  /** Element by element over operands that broadcast: engines may fuse and tile such operations. */
  readonly elementwise?: boolean;
  /** Types of the outputs. @throws GraphError when the operands do not fit. */
  infer(inputs: readonly TensorType[], attributes: A): readonly TensorType[];
  /**
   * Gradient by each input, null where not needed or where there is none (integers). A composite
   * without this rule is differentiated through its expansion; a primitive without it has no gradient.
   */
  gradient?(context: GradientContext<A>): readonly (Value | null)[];
  /** The operation in simpler ones: same number of outputs, same types. */
  expand?(inputs: readonly Value[], attributes: A): readonly Value[];
  /**
   * Of a primitive: floating-point operations, a multiply-add counting two. One per output element where
   * absent. A composite counts as what it expands to.
   */
  flops?(inputs: readonly TensorType[], outputs: readonly TensorType[], attributes: A): number;
}
