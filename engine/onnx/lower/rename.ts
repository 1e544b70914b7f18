/** Tensors of a model under other names. */
import type { OnnxAttribute, OnnxNode } from "./model.ts";
import type { TensorName } from "./writer.ts";

/** The nodes with those tensors renamed, also where a graph among the attributes reads them. */
export function renameTensors(
  nodes: readonly OnnxNode[],
  names: ReadonlyMap<TensorName, TensorName>,
): OnnxNode[] {
  const rename = (name: TensorName) => names.get(name) ?? name;
  return nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    captured: node.captured.map(rename),
    attributes: node.captured.some((name) => names.has(name))
      ? renameInGraphs(node.attributes, names)
      : node.attributes,
  }));
}

function renameInGraphs(
  attributes: OnnxNode["attributes"],
  names: ReadonlyMap<TensorName, TensorName>,
): OnnxNode["attributes"] {
  const renamed = ([key, attribute]: [string, OnnxAttribute]) => {
    if (attribute.kind !== "graph") return [key, attribute] as const;
    const value = { ...attribute.value, nodes: renameTensors(attribute.value.nodes, names) };
    return [key, { ...attribute, value }] as const;
  };
  return Object.fromEntries(Object.entries(attributes).map(renamed));
}

export function copyNode(from: TensorName, to: TensorName): OnnxNode {
  return {
    name: `copy to ${to}`,
    operation: "Identity",
    domain: "",
    inputs: [from],
    outputs: [to],
    attributes: {},
    captured: [],
  };
}
