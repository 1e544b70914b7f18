/** Pathloom as a library: everything that a user may import, gathered from the folders' faces. */
export * from "../checkpoints/index.ts";
export * from "../data/index.ts";
export {
  type Buffer,
  type DType,
  type Engine,
  type EngineDescription,
  EngineError,
  flops,
  Graph,
  GraphError,
  gradients,
  measurePeak,
  ops,
  type Program,
  type Shape as TensorShape,
  startEngine,
  type TensorData,
  type TensorType,
  type Value,
} from "../engine/index.ts";
export * from "../models/index.ts";
export * from "../svg/index.ts";
export * from "../tokenizer/index.ts";
export * from "../trainers/index.ts";
export * from "./config/index.ts";
export * from "./evaluate/index.ts";
export * from "./generate/index.ts";
