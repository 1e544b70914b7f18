/** The model of a graph over flat arrays. */
import { type Graph, sizeOf } from "../../../graph/index.ts";
import { type LowerOptions, lowerGraph, type OnnxModel, type OnnxPort } from "../../lower/index.ts";

/** @param length of the arrays; known at the run unless given. */
export function tileModel(
  graph: Graph,
  target: LowerOptions = {},
  length: number | "length" = "length",
): OnnxModel {
  const model = lowerGraph(graph, "tile", target);
  const ofLength = (port: OnnxPort): OnnxPort => {
    const isScalar = sizeOf(port.shape as readonly number[]) === 1;
    return isScalar ? port : { ...port, shape: [length] };
  };
  return {
    ...model,
    inputs: model.inputs.map(ofLength),
    outputs: model.outputs.map(ofLength),
  };
}
