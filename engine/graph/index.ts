/** The tensor language: graphs of typed values, and what an operation is. */
export { decodeBfloat16, encodeBfloat16 } from "./bfloat16.ts";
export { GraphCopier } from "./copier.ts";
export { GraphError } from "./errors.ts";
export type { Attributes, AttributeValue, GradientContext, Operation } from "./graph.ts";
export { constantData, describeNode, Graph, isConstant, isInput, Node, Value } from "./graph.ts";
export {
  allocate,
  bytesOf,
  bytesPerElement,
  type DType,
  describeType,
  type Shape,
  sameShape,
  sizeOf,
  type TensorData,
  type TensorType,
} from "./types.ts";
