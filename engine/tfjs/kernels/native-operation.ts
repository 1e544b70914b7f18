/** Operations of TensorFlow by their own names, for what TensorFlow.js has no function or a slower one. */
import type { Tensor, Tf } from "../runtime.ts";

/** An attribute by what TensorFlow takes it for. The binding knows no lists of texts. */
type Attribute =
  | { readonly type: "float32" | "int32" | "bool" }
  | { readonly boolean: boolean }
  | { readonly integer: number }
  | { readonly text: string };

/** An attribute as the binding takes it: `type` is one of its numbers `TF_ATTR_...`. */
interface BoundAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}

/** The part of tfjs-node's backend that executes an operation by its TensorFlow name. */
interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>;
  executeSingleOutput(
    name: string,
    attributes: readonly BoundAttribute[],
    inputs: readonly Tensor[],
  ): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly BoundAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** Of a native package whose backend is the current one. */
export const nativeBackend = (tf: Tf): NativeBackend => tf.backend() as unknown as NativeBackend;

/** The operation's first output. */
export function nativeOperation(
  tf: Tf,
  name: string,
  attributes: Readonly<Record<string, Attribute>>,
  inputs: readonly Tensor[],
): Tensor {
  const backend = nativeBackend(tf);
  const bound = Object.entries(attributes).map(([key, attribute]) => ({
    name: key,
    ...bind(backend.binding, attribute),
  }));
  return backend.executeSingleOutput(name, bound, inputs);
}

function bind(
  binding: NativeBackend["binding"],
  attribute: Attribute,
): Omit<BoundAttribute, "name"> {
  if ("boolean" in attribute) return { type: binding.TF_ATTR_BOOL!, value: attribute.boolean };
  if ("integer" in attribute) return { type: binding.TF_ATTR_INT!, value: attribute.integer };
  if ("text" in attribute) return { type: binding.TF_ATTR_STRING!, value: attribute.text };
  const types = { float32: binding.TF_FLOAT!, int32: binding.TF_INT32!, bool: binding.TF_BOOL! };
  return { type: binding.TF_ATTR_TYPE!, value: types[attribute.type] };
}
