/** A graph as text, a node a line: `%7 = matmul(%3, %5) transposeB scale=0.125 : float32[8, 4]`. */
import {
  type AttributeValue,
  describeType,
  type Graph,
  isConstant,
  isInput,
  type Node,
  type Value,
} from "../graph/index.ts";

/** Scopes are headings; the outputs come last. */
export function printGraph(graph: Graph): string {
  const lines: string[] = [];
  let scope = "";
  for (const node of graph.nodes) {
    if (node.scope !== scope) {
      scope = node.scope;
      lines.push(`# ${scope || "(top)"}`);
    }
    lines.push(printNode(node));
  }
  for (const [name, value] of graph.outputs) lines.push(`output "${name}" = ${reference(value)}`);
  return `${lines.join("\n")}\n`;
}

function reference({ node, index }: Value): string {
  return node.outputs.length === 1 ? `%${node.id}` : `%${node.id}.${index}`;
}

function printNode(node: Node): string {
  const types = node.outputs.map((output) => describeType(output.type)).join(", ");
  const name = isInput(node) ? `input "${String(node.attributes.name)}"` : node.operation.name;
  const operands = node.inputs.length === 0 ? "" : `(${node.inputs.map(reference).join(", ")})`;
  const attributes = printAttributes(node);
  return `%${node.id} = ${name}${operands}${attributes} : ${types}`;
}

/** Flags by name alone, and only those that are set. */
export function printAttributes(node: Node): string {
  if (isInput(node)) return "";
  if (isConstant(node)) return ` ${printElements(node.attributes.data as ArrayLike<number>)}`;
  return Object.entries(node.attributes)
    .filter(([, value]) => value !== false)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}=${printAttribute(value)}`))
    .join("");
}

function printAttribute(value: AttributeValue): string {
  return typeof value === "object" ? printElements(value) : String(value);
}

const mostElements = 8;

function printElements(data: ArrayLike<number>): string {
  const shown = Array.from({ length: Math.min(data.length, mostElements) }, (_, i) =>
    printNumber(data[i]!),
  );
  const rest = data.length > mostElements ? `, … ${data.length} in all` : "";
  return `[${shown.join(", ")}${rest}]`;
}

function printNumber(x: number): string {
  return Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(6)));
}
