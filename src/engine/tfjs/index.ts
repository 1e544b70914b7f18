/** Engines that interpret a graph with TensorFlow.js. */
export { startReference } from "./reference.ts";
export { TfjsEngine } from "./tfjs-engine.ts";
