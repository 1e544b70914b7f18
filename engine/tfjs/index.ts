/** Engines that interpret a graph with TensorFlow.js. Importing this loads TensorFlow.js. */
export { startCuda, whyNoCuda } from "./cuda.ts";
export { startReference } from "./reference.ts";
export { startTensorflow, whyNoTensorflow } from "./tensorflow.ts";
export { TfjsEngine } from "./tfjs-engine.ts";
