/** The model of a graph over flat arrays of any length. */
import { type Graph, sizeOf } from "../../../graph/index.ts";
import {
  type LoweringTarget,
  lowerGraph,
  type OnnxModel,
  type OnnxPort,
} from "../../lower/index.ts";

export function tileModel(graph: Graph, target: LoweringTarget): OnnxModel {
  const model = lowerGraph(graph, "tile", target);
  const ofAnyLength = (port: OnnxPort): OnnxPort => {
    const isScalar = sizeOf(port.shape as readonly number[]) === 1;
    return isScalar ? port : { ...port, shape: ["length"] };
  };
  return {
    ...model,
    inputs: model.inputs.map(ofAnyLength),
    outputs: model.outputs.map(ofAnyLength),
  };
}
