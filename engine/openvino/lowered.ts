/** What of a graph the library is given as it is, and what in operations that it knows. */
import type { Graph, Node } from "../graph/index.ts";
import { lowers as onnxLowers } from "../onnx/lower/index.ts";

/**
 * Kernels of ONNX Runtime alone, or such that OpenVINO reads otherwise: its `GroupQueryAttention`
 * has another layout of the caches, and its `Scan` and `MatMulNBits` take constant matrices.
 */
const foreign = new Set([
  "cachedAttention",
  "quantizedMatmul",
  "quantizedCrossEntropy",
  "dequantize",
]);

/** Whether the operation need not be expanded. */
export function lowers(node: Node): boolean {
  const { name } = node.operation;
  if (foreign.has(name)) return false;
  return name === "rope" ? turnsWhole(node) : onnxLowers(node);
}

/** Of a part of the vector the library's `RotaryEmbedding` makes something else. */
function turnsWhole({ inputs }: Node): boolean {
  return inputs[0]!.shape.at(-1)! === 2 * inputs[1]!.shape.at(-1)!;
}

/** Whether there are matrix products in it. */
export const multiplies = ({ nodes }: Graph): boolean =>
  nodes.some(({ operation }) => operation.name === "matmul");
