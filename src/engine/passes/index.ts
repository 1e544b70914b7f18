/** Graphs made of graphs: preparation for an engine, recomputation, accounting, and views for people. */
export { type Elements, evaluate } from "./evaluate.ts";
export { expandComposites } from "./expand-composites.ts";
export { type PrepareOptions, prepare } from "./prepare.ts";
