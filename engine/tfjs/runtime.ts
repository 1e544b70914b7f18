/**
 * What the interpreter needs of TensorFlow.js: its functions, and the name of the backend that must
 * be current when they are called. tfjs keeps one current backend a process, whatever the number of
 * copies of the package, so every entry from outside makes its own current first.
 */
import * as tfjs from "@tensorflow/tfjs-core";
import { EngineError } from "../engine.ts";
import {
  allocate,
  type DType,
  decodeBfloat16,
  encodeBfloat16,
  type TensorData,
  type TensorType,
} from "../graph/index.ts";

export type Tf = typeof tfjs;
export type Tensor = tfjs.Tensor;

export interface Runtime {
  readonly tf: Tf;
  /** As tfjs registers it: `cpu` or `tensorflow`. */
  readonly backend: string;
  /** Kernels may return before their results are there, as on a GPU. */
  readonly isAsynchronous: boolean;
}

/** Keeps tfjs from greeting and warning on the terminal; every copy of it reads the one flag. */
export function silence(): void {
  tfjs.env().set("PROD", true);
}

/** Makes the runtime's backend the current one. @throws EngineError when it does not start. */
export function activate({ tf, backend }: Pick<Runtime, "tf" | "backend">): void {
  if (tf.getBackend() === backend) return;
  // Synchronous for a backend whose factory is; the promise only repeats what getBackend says.
  void tf.setBackend(backend);
  if (tf.getBackend() !== backend) {
    throw new EngineError(`the TensorFlow.js backend "${backend}" does not start`);
  }
}

/** tfjs has no bytes and no bfloat16: they are kept as 32-bit integers and as float32. */
export function tfjsType(dtype: DType): "float32" | "int32" | "bool" {
  if (dtype === "bfloat16") return "float32";
  return dtype === "uint8" ? "int32" : dtype;
}

/** tfjs keeps the array that it is given, so it gets one of its own. */
export function upload(runtime: Runtime, type: TensorType, data?: TensorData): Tensor {
  activate(runtime);
  const shape = [...type.shape];
  const dtype = tfjsType(type.dtype);
  const own = allocate({ shape, dtype });
  if (data !== undefined) own.set(type.dtype === "bfloat16" ? decodeBfloat16(data) : data);
  return runtime.tf.tensor(own, shape, dtype);
}

/** A copy of the elements, in the array type of `type`. */
export function download(runtime: Runtime, type: TensorType, tensor: Tensor): TensorData {
  activate(runtime);
  const elements = tensor.dataSync();
  if (type.dtype === "bfloat16") return encodeBfloat16(elements as Float32Array);
  const result = allocate(type);
  result.set(elements);
  return result;
}

/** Waits until the tensors are computed: an element of a result is there when all of it is. */
export function finish({ tf }: Runtime, tensors: readonly Tensor[]): void {
  tf.tidy(() => {
    for (const tensor of tensors) tf.slice(tf.reshape(tensor, [-1]), [0], [1]).dataSync();
  });
}
