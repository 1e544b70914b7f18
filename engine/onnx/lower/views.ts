/**
 * Tensors that are others under another shape. Each `Reshape` is a call of a kernel, which in a step of
 * generation costs as much as a small product: so a shape is made of the tensor that holds the elements,
 * once, and not at all where that has it. What nothing reads in the end is left out.
 */
import { type Shape, sameShape } from "../../graph/index.ts";
import type { OnnxNode, TensorName } from "./model.ts";

export class Views {
  readonly #shapes = new Map<TensorName, Shape>();
  /** By view: what holds its elements. */
  readonly #sources = new Map<TensorName, TensorName>();
  /** By source and shape. */
  readonly #made = new Map<string, TensorName>();

  /** Remembers what shape a tensor has, where it is not known. */
  shaped(tensor: TensorName, shape: Shape): TensorName {
    if (!this.#shapes.has(tensor)) this.#shapes.set(tensor, shape);
    return tensor;
  }

  /** The tensor whose elements it holds under another shape, or itself. */
  sourceOf(tensor: TensorName): TensorName {
    return this.#sources.get(tensor) ?? tensor;
  }

  /** Undefined where it was never told. */
  shapeOf(tensor: TensorName): Shape | undefined {
    return this.#shapes.get(tensor);
  }

  /** A tensor of that shape with the same elements, made where there is none yet. */
  of(
    tensor: TensorName,
    shape: Shape,
    make: (source: TensorName, shape: Shape) => TensorName,
  ): TensorName {
    const source = this.sourceOf(tensor);
    const own = this.#shapes.get(source);
    if (own !== undefined && sameShape(own, shape)) return source;
    const key = `${source} ${shape.join()}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = this.shaped(make(source, shape), shape);
    this.#sources.set(made, source);
    this.#made.set(key, made);
    return made;
  }
}

/** The nodes without reshapes that no other node reads and that are no outputs. */
export function withoutUnreadViews(
  nodes: readonly OnnxNode[],
  outputs: ReadonlySet<TensorName>,
): OnnxNode[] {
  const read = new Set(nodes.flatMap(({ inputs, captured }) => [...inputs, ...captured]));
  const isRead = (name: TensorName) => read.has(name) || outputs.has(name);
  // A view is made of no other view, so that one that goes makes no other unread.
  return nodes.filter(({ operation, outputs: own }) => operation !== "Reshape" || own.some(isRead));
}
