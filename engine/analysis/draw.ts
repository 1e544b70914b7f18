/**
 * A graph as a picture: the DOT language of Graphviz, one box a scope or a node. Scopes deeper than
 * asked for are drawn as one box, so that a decoder of thousands of nodes fits on a page.
 */
import { describeType, type Graph, isConstant, isInput, type Node } from "../graph/index.ts";
import { neededNodes } from "../passes/index.ts";
import { printAttributes } from "./print.ts";

export interface GraphDrawOptions {
  /** How many levels of scopes are opened; what lies deeper is one box. All are, unless given. */
  readonly depth?: number;
}

interface Box {
  readonly id: string;
  readonly label: string;
  /** The scopes around it, outermost first. */
  readonly path: readonly string[];
  readonly fill: string;
}

const fills = { input: "#dbeafe", constant: "#f3f4f6", scope: "#fef3c7", node: "#ffffff" } as const;

/** DOT text, for `dot -Tsvg`. Constants are left out; the edges carry the tensors' types. */
export function drawGraph(
  graph: Graph,
  { depth = Number.POSITIVE_INFINITY }: GraphDrawOptions = {},
) {
  const boxes = new Map<string, Box>();
  const edges = new Map<string, string>();
  const shown = neededNodes(graph).filter((node) => !isConstant(node));
  for (const node of shown) {
    const box = boxOf(node, depth);
    boxes.set(box.id, box);
    for (const input of node.inputs) {
      if (isConstant(input.node)) continue;
      const from = boxOf(input.node, depth).id;
      if (from !== box.id) edges.set(`${from} -> ${box.id}`, describeType(input.type));
    }
  }
  for (const [name, value] of graph.outputs) {
    const id = quote(`output ${name}`);
    boxes.set(id, { id, label: name, path: [], fill: fills.input });
    if (!isConstant(value.node)) {
      edges.set(`${boxOf(value.node, depth).id} -> ${id}`, describeType(value.type));
    }
  }
  const lines = [
    "digraph {",
    '  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=10]',
    '  edge [fontname="sans-serif", fontsize=8, color="#6b7280", fontcolor="#6b7280"]',
    ...nestInClusters([...boxes.values()], 0, "  "),
    ...[...edges].map(([edge, type]) => `  ${edge} [label=${quote(type)}]`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function boxOf(node: Node, depth: number): Box {
  const path = node.scope === "" ? [] : node.scope.split("/");
  if (path.length > depth && !isInput(node)) {
    const shown = path.slice(0, depth + 1);
    const label = shown.at(-1)!;
    return {
      id: quote(`scope ${shown.join("/")}`),
      label,
      path: shown.slice(0, -1),
      fill: fills.scope,
    };
  }
  const id = `n${node.id}`;
  if (isInput(node)) {
    return { id, label: String(node.attributes.name), path: [], fill: fills.input };
  }
  const label = `${node.operation.name}${printAttributes(node)}`;
  return { id, label, path, fill: fills.node };
}

/** Boxes that share a scope lie in one frame with its name. */
function nestInClusters(boxes: readonly Box[], level: number, indent: string): string[] {
  const here = boxes.filter((box) => box.path.length === level);
  const deeper = new Map<string, Box[]>();
  for (const box of boxes) {
    const name = box.path[level];
    if (name !== undefined) deeper.set(name, [...(deeper.get(name) ?? []), box]);
  }
  const lines = here.map(
    (box) => `${indent}${box.id} [label=${quote(box.label)}, fillcolor=${quote(box.fill)}]`,
  );
  for (const [name, inside] of deeper) {
    const id = quote(`cluster ${inside[0]!.path.slice(0, level + 1).join("/")}`);
    lines.push(`${indent}subgraph ${id} {`, `${indent}  label=${quote(name)}`);
    lines.push(...nestInClusters(inside, level + 1, `${indent}  `), `${indent}}`);
  }
  return lines;
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
