/**
 * Whether a result may be written over an input while the model runs. The runtime knows nothing of
 * it and orders nodes as it likes, so it must follow from the nodes alone: everything that reads the
 * input comes before the node that writes the result, or is that node and reads each element only to
 * write the same one.
 */
import type { OnnxNode } from "./model.ts";

/** Their result is the operand's memory under another shape. */
const views = new Set(["Reshape"]);

/** Element `i` of the result depends on element `i` of operands of the same size alone. */
const elementwise = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"],
  ...["Neg", "Exp", "Log", "Sqrt", "Reciprocal", "Tanh", "Sigmoid", "Erf", "Sin", "Cos", "Abs"],
  ...["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Not"],
  ...["Where", "Cast", "Identity"],
]);

/** @param input port of an input, `output` of a result with as many elements. */
export function canOverwrite(nodes: readonly OnnxNode[], input: string, output: string): boolean {
  const writer = nodes.find((node) => node.outputs.includes(output));
  if (writer === undefined) return false;
  const before = ancestors(nodes, writer);
  return readers(nodes, input).every((reader) =>
    reader === writer ? elementwise.has(writer.operation) : before.has(reader),
  );
}

const operandsOf = (node: OnnxNode): readonly string[] => [...node.inputs, ...node.captured];

/** The nodes that read the tensor's memory, under whatever name. */
function readers(nodes: readonly OnnxNode[], tensor: string): OnnxNode[] {
  const aliases = new Set([tensor]);
  const found: OnnxNode[] = [];
  for (const node of nodes) {
    if (!operandsOf(node).some((name) => aliases.has(name))) continue;
    if (views.has(node.operation)) aliases.add(node.outputs[0]!);
    else found.push(node);
  }
  return found;
}

/** The nodes that must have run before this one can. */
function ancestors(nodes: readonly OnnxNode[], last: OnnxNode): Set<OnnxNode> {
  const found = new Set<OnnxNode>();
  const wanted = new Set(operandsOf(last));
  for (const node of nodes.toReversed()) {
    if (node === last || !node.outputs.some((name) => wanted.has(name))) continue;
    found.add(node);
    for (const name of operandsOf(node)) wanted.add(name);
  }
  return found;
}
