/** Tensors as numbers in double precision, the form in which small graphs are computed. */
import { type DType, decodeBfloat16, type Node, type TensorData } from "../graph/index.ts";

/** In row-major order; integers and booleans as numbers. */
export type Elements = Float64Array;

/** The numbers that data stand for. */
export function toElements(dtype: DType, data: TensorData | Elements): Elements {
  return Float64Array.from(dtype === "bfloat16" ? decodeBfloat16(data) : data);
}

/** The elements of a node's only output, by those of its inputs. */
export type Meaning = (node: Node, inputs: readonly Elements[]) => Elements;
