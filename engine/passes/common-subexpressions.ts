/**
 * Equal operations on equal operands are computed once. Constants are equal when their contents are.
 * What a checkpoint recomputes is left apart from its first computation: sharing it would keep it alive.
 */

import type { Attributes, Operation, TensorData } from "../graph/index.ts";
import { constantData, type Graph, isConstant, type Node, type Value } from "../graph/index.ts";
import { recomputationOf } from "./checkpoint-scope.ts";
import { rewriteGraph } from "./rewrite.ts";

const commutative = new Set(["add", "multiply", "maximum", "minimum", "equal", "and", "or"]);

export function mergeCommonSubexpressions(graph: Graph): Graph {
  const operations = new Map<Operation, number>();
  const seen = new Map<string, readonly Value[]>();
  const constants = new Map<string, Value[]>();
  const numberOf = (operation: Operation): number => {
    const number = operations.get(operation) ?? operations.size;
    operations.set(operation, number);
    return number;
  };
  return rewriteGraph(graph, ({ node, inputs, target }) => {
    if (isConstant(node)) return [sharedConstant(constants, node, target)];
    const operands = inputs.map((input) => `${input.node.id}.${input.index}`);
    if (commutative.has(node.operation.name)) operands.sort();
    const key = [
      numberOf(node.operation),
      recomputationOf(node),
      operands.join(","),
      describeAttributes(node.attributes),
    ].join("|");
    const outputs = seen.get(key) ?? target.add(node.operation, inputs, node.attributes);
    seen.set(key, outputs);
    return outputs;
  });
}

function describeAttributes(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(";");
}

function sharedConstant(known: Map<string, Value[]>, node: Node, target: Graph): Value {
  const data = constantData(node.outputs[0]!);
  const { dtype, shape } = node.outputs[0]!;
  const key = `${dtype}[${shape}] ${hash(data)}`;
  const candidates = known.get(key) ?? [];
  const equal = candidates.find((value) => sameElements(constantData(value), data));
  if (equal !== undefined) return equal;
  const value = target.constant(data, shape, dtype);
  known.set(key, [...candidates, value]);
  return value;
}

function bytes(data: TensorData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

const hashes = new WeakMap<TensorData, number>();

/** FNV-1a over the bytes, once for each array: constants are never written to. */
function hash(data: TensorData): number {
  const known = hashes.get(data);
  if (known !== undefined) return known;
  let state = 0x811c9dc5;
  for (const byte of bytes(data)) state = Math.imul(state ^ byte, 0x01000193);
  hashes.set(data, state >>> 0);
  return state >>> 0;
}

function sameElements(a: TensorData, b: TensorData): boolean {
  if (a === b) return true;
  const [ofA, ofB] = [bytes(a), bytes(b)];
  return ofA.every((byte, i) => byte === ofB[i]);
}
