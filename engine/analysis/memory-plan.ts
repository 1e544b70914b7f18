/**
 * How much memory a run takes, known before it runs: nodes in the graph's order, each tensor freed
 * after its last use. An engine that orders or fuses otherwise differs from it, mostly for the better.
 */
import { bytesOf, type Graph, isConstant, isInput, type Node, type Value } from "../graph/index.ts";
import { expandComposites, neededNodes } from "../passes/index.ts";

export interface MemoryPlan {
  /** What the caller feeds: parameters, moments, tokens. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly constantBytes: number;
  /** Most bytes of intermediate results alive at once, outputs not counted. */
  readonly peakBytes: number;
  /** The node during which that is. */
  readonly peakNode: Node | null;
  /** Bytes of intermediate results alive during each node, by its position in the plan. */
  readonly timeline: readonly { readonly node: Node; readonly bytes: number }[];
}

export function memoryPlan(given: Graph): MemoryPlan {
  const graph = expandComposites(given, ({ operation }) => operation.plannedInside !== true);
  const nodes = neededNodes(graph);
  const outputs = new Set([...graph.outputs.values()].map(weightDtypeOf));
  const counted = (value: Value) =>
    !isInput(value.node) && !isConstant(value.node) && !outputs.has(value);
  const lastUse = lastUses(nodes);
  const ending = new Map<Node, Value[]>();
  for (const [value, node] of lastUse) ending.set(node, [...(ending.get(node) ?? []), value]);

  let alive = 0;
  const timeline: { node: Node; bytes: number }[] = [];
  for (const node of nodes) {
    const fresh = node.outputs.filter(
      (output) => weightDtypeOf(output) === output && counted(output),
    );
    const freed = (ending.get(node) ?? []).filter(counted);
    const during = alive + total(fresh) - (reusesOperand(node, fresh, freed) ? total(fresh) : 0);
    timeline.push({ node, bytes: during });
    alive += total(fresh) - total(freed);
  }
  const peak = timeline.reduce<(typeof timeline)[number] | null>(
    (largest, each) => (largest === null || each.bytes > largest.bytes ? each : largest),
    null,
  );
  return {
    inputBytes: total([...graph.inputs.values()]),
    outputBytes: total([...outputs]),
    constantBytes: total(nodes.filter(isConstant).flatMap((node) => node.outputs)),
    peakBytes: peak?.bytes ?? 0,
    peakNode: peak?.node ?? null,
    timeline,
  };
}

const total = (values: readonly Value[]): number =>
  values.reduce((sum, value) => sum + bytesOf(value.type), 0);

/** A reshape is another view of its operand's memory. */
function weightDtypeOf(value: Value): Value {
  let storage = value;
  while (storage.node.operation.name === "reshape") storage = storage.node.inputs[0]!;
  return storage;
}

/** Per tensor: the last node that reads it or any view of it, or that makes it if none does. */
function lastUses(nodes: readonly Node[]): Map<Value, Node> {
  const last = new Map<Value, Node>();
  for (const node of nodes) {
    for (const value of [...node.outputs, ...node.inputs]) last.set(weightDtypeOf(value), node);
  }
  return last;
}

/** An element-by-element result can be written over an operand of its size that nobody reads again. */
function reusesOperand(node: Node, fresh: readonly Value[], freed: readonly Value[]): boolean {
  const [result] = fresh;
  if (!node.operation.elementwise || result === undefined) return false;
  return freed.some((value) => value !== result && bytesOf(value.type) === bytesOf(result.type));
}
