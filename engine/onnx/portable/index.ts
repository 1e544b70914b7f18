/** Graphs as ONNX files for other runtimes, with sizes that are given at the run. */
export {
  type OnnxWriter,
  type PortableOptions,
  type Prelude,
  portableModel,
} from "./portable-model.ts";
export type { Sizes } from "./sizes.ts";
