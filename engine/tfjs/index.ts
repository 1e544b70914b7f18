/** Engines that interpret a graph with TensorFlow.js. Importing this loads TensorFlow.js. */
export { startCuda } from "./cuda.ts";
export { startReference } from "./reference.ts";
export { startTensorflow } from "./tensorflow.ts";
export { TfjsEngine } from "./tfjs-engine.ts";
