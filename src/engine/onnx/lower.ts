/** A graph becomes an ONNX model, node by node, by the table of lowerings. */
import { EngineError } from "../engine.ts";
import {
  constantData,
  describeType,
  type Graph,
  isConstant,
  isInput,
  type Node,
  type Value,
} from "../graph/index.ts";
import { lowerings } from "./lowerings/index.ts";
import type { OnnxModel, OnnxNode, OnnxPort } from "./model.ts";
import { ModelWriter, type TensorName } from "./writer.ts";

/** Names of the model's inputs and outputs, kept apart from those of the tensors between. */
export const inputPort = (name: string): TensorName => `in:${name}`;
export const outputPort = (name: string): TensorName => `out:${name}`;

/** @throws EngineError naming the operation that the engine cannot run. */
export function lowerGraph(graph: Graph, name: string): OnnxModel {
  const writer = new ModelWriter();
  const names = new Map<Value, TensorName>();
  for (const [input, value] of graph.inputs) names.set(value, inputPort(input));
  for (const node of graph.nodes) lowerNode(writer, names, node);
  return {
    name,
    nodes: nameOutputs(writer, graph.outputs, names),
    initializers: writer.initializers,
    inputs: ports(graph.inputs, inputPort),
    outputs: ports(graph.outputs, outputPort),
  };
}

function lowerNode(writer: ModelWriter, names: Map<Value, TensorName>, node: Node): void {
  if (isInput(node)) return;
  if (isConstant(node)) {
    const output = node.outputs[0]!;
    names.set(output, writer.constant(constantData(output), output.type));
    return;
  }
  const lowering = lowerings.get(node.operation.name);
  if (lowering === undefined) {
    throw new EngineError(`the onnx engine cannot run ${describeNode(node)}`);
  }
  writer.label(node.scope === "" ? node.operation.name : `${node.scope}/${node.operation.name}`);
  const results = lowering(writer, {
    node,
    inputs: node.inputs.map((input) => names.get(input)!),
    attributes: node.attributes,
    inputTypes: node.inputs.map((input) => input.type),
    outputTypes: node.outputs.map((output) => output.type),
  });
  for (const [index, result] of results.entries()) names.set(node.outputs[index]!, result);
}

/** As `softplus(float32[2, 3]) in layers.0/mlp`. */
function describeNode(node: Node): string {
  const operands = node.inputs.map((input) => describeType(input.type)).join(", ");
  return `${node.operation.name}(${operands})${node.scope === "" ? "" : ` in ${node.scope}`}`;
}

/**
 * The writer's nodes with the results that are outputs renamed to their ports. What no node makes (an
 * input, a constant) and what has two ports is copied to them.
 */
function nameOutputs(
  writer: ModelWriter,
  outputs: ReadonlyMap<string, Value>,
  names: ReadonlyMap<Value, TensorName>,
): OnnxNode[] {
  const made = new Set(writer.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<TensorName, TensorName>();
  const copies: OnnxNode[] = [];
  for (const [output, value] of outputs) {
    const name = names.get(value)!;
    const port = outputPort(output);
    if (made.has(name) && !renamed.has(name)) renamed.set(name, port);
    else copies.push(copyNode(renamed.get(name) ?? name, port));
  }
  const rename = (name: TensorName) => renamed.get(name) ?? name;
  const nodes = writer.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  return [...nodes, ...copies];
}

function copyNode(from: TensorName, to: TensorName): OnnxNode {
  return {
    name: `copy to ${to}`,
    operation: "Identity",
    domain: "",
    inputs: [from],
    outputs: [to],
    attributes: {},
  };
}

function ports(values: ReadonlyMap<string, Value>, port: (name: string) => TensorName): OnnxPort[] {
  return [...values].map(([name, value]) => ({
    name: port(name),
    type: value.dtype,
    shape: value.shape,
  }));
}
