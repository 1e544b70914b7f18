/** Where a graph takes a matrix apart into the heads of attention, and puts them together again. */
import type { Node, Value } from "../../../graph/index.ts";
import { sideMultiple } from "./operations.ts";

interface Heads {
  readonly batch: number;
  readonly heads: number;
  readonly sequenceLength: number;
  readonly width: number;
}

/** `[batch, time, heads, width]` to `[batch, heads, sequence, width]`, or back. */
function swapsHeads({ operation, attributes, inputs }: Node): boolean {
  if (operation.name !== "transpose" || inputs[0]!.shape.length !== 4) return false;
  const order = attributes.order as readonly number[];
  return order.join() === "0,2,1,3";
}

function sizesOf({ shape }: Value): Heads | null {
  const [batch, heads, sequenceLength, width] = shape as [number, number, number, number];
  return width % sideMultiple === 0 ? { batch, heads, sequenceLength, width } : null;
}

/** Of a node that gives `[batch, heads, sequence, width]`: what has the heads side by side. */
export function headsOf(node: Node): (Heads & { readonly joined: Value }) | null {
  if (!swapsHeads(node)) return null;
  const view = node.inputs[0]!.node;
  const sizes = sizesOf(node.outputs[0]!);
  return view.operation.name === "reshape" && sizes !== null
    ? { ...sizes, joined: view.inputs[0]! }
    : null;
}

/** Of a node that gives `[..., heads * width]`: the heads apart, `[batch, heads, sequence, width]`. */
export function joinedHeads(node: Node): (Heads & { readonly split: Value }) | null {
  if (node.operation.name !== "reshape") return null;
  const swapped = node.inputs[0]!.node;
  if (!swapsHeads(swapped)) return null;
  const split = swapped.inputs[0]!;
  const sizes = sizesOf(split);
  const isJoined = sizes !== null && node.outputs[0]!.shape.at(-1) === sizes.heads * sizes.width;
  return isJoined ? { ...sizes, split } : null;
}
