/** A prepared graph as the text of a StableHLO module. */
import type { Donations } from "../../base/index.ts";
import { EngineError, type Mesh } from "../../engine.ts";
import {
  constantData,
  describeNode,
  type Graph,
  isConstant,
  isInput,
  type TensorType,
  type Value,
} from "../../graph/index.ts";
import { neededNodes, prepare } from "../../passes/index.ts";
import { devicesOf, meshText, placementOf, shardingText } from "../mesh/index.ts";
import { denseText, uniformValue } from "./constants.ts";
import { type LowerInside, type LowerOptions, siteOf } from "./lowering.ts";
import { lowerings, lowersWith } from "./table.ts";
import { tensorText } from "./types.ts";
import { type Term, Writer } from "./writer.ts";

export interface ModuleOptions extends LowerOptions {
  readonly donate: Donations;
}

export interface LoweredModule {
  readonly text: string;
  /** Operations of StableHLO; XLA fuses most of them. */
  readonly operations: number;
}

/** @throws EngineError for an operation that has no lowering. */
export function lowerModule(graph: Graph, options: ModuleOptions): LoweredModule {
  const writer = new Writer();
  const inputs = Object.fromEntries(
    [...graph.inputs].map(([name, { type }], i) => [name, { name: `%arg${i}`, type }] as const),
  );
  const results = writeGraph(writer, graph, inputs, options);
  return {
    text: moduleText(graph, options, writer, results),
    operations: writer.operations,
  };
}

/** @param graph prepared. @param inputs by name. */
function writeGraph(
  writer: Writer,
  graph: Graph,
  inputs: Readonly<Record<string, Term>>,
  options: LowerOptions,
): Term[] {
  const terms = new Map<Value, Term>();
  for (const [name, value] of graph.inputs) terms.set(value, inputs[name]!);
  const lowerInside: LowerInside = (into, inner, given) =>
    writeGraph(into, prepare(inner, { lowers: lowersWith(options) }), given, options);
  for (const node of neededNodes(graph)) {
    if (isInput(node)) continue;
    if (isConstant(node)) {
      const [value] = node.outputs;
      terms.set(value!, writeConstant(writer, value!));
      continue;
    }
    const lower = lowerings[node.operation.name];
    if (lower === undefined) throw new EngineError(`xla has no ${describeNode(node)}`);
    const operands = node.inputs.map((input) => terms.get(input)!);
    const written = [lower(writer, siteOf(node, operands, options, lowerInside))].flat();
    for (const [i, term] of written.entries()) terms.set(node.outputs[i]!, term);
  }
  return [...graph.outputs.values()].map((value) => terms.get(value)!);
}

function writeConstant(writer: Writer, value: Value): Term {
  const data = constantData(value);
  const { type } = value;
  const uniform = type.dtype === "bfloat16" ? null : uniformValue(data);
  return uniform === null
    ? writer.constant(denseText(data, type), type)
    : writer.splat(uniform, type);
}

const isDivided = (mesh: Mesh): boolean => devicesOf(mesh) > 1;

/** Which piece of it a device has: nothing is said where there is one device. */
const placed = (type: TensorType, mesh: Mesh): string[] =>
  isDivided(mesh) ? [`sdy.sharding = ${shardingText(placementOf(type, mesh))}`] : [];

const attributesText = (attributes: readonly string[]): string =>
  attributes.length === 0 ? "" : ` {${attributes.join(", ")}}`;

function moduleText(
  graph: Graph,
  { donate, mesh }: ModuleOptions,
  writer: Writer,
  results: readonly Term[],
): string {
  const outputs = [...graph.outputs.keys()];
  const aliases = new Map(
    Object.entries(donate).map(([output, input]) => [input, outputs.indexOf(output)]),
  );
  const parameters = [...graph.inputs].map(([name, value], i) => {
    const alias = aliases.get(name);
    const aliasing = alias === undefined ? [] : [`tf.aliasing_output = ${alias} : i32`];
    const attributes = attributesText([...aliasing, ...placed(value.type, mesh)]);
    return `%arg${i}: ${tensorText(value.type)}${attributes}`;
  });
  const types = results.map(({ type }) => tensorText(type)).join(", ");
  const declared = results.map(({ type }) => tensorText(type) + attributesText(placed(type, mesh)));
  const names = results.map(({ name }) => name).join(", ");
  const body = writer.lines.map((line) => `    ${line}\n`).join("");
  return `module @pathloom {
${isDivided(mesh) ? `  ${meshText(mesh)}\n` : ""}  func.func public @main(${parameters.join(", ")}) -> (${declared.join(", ")}) {
${body}    return ${names} : ${types}
  }
}
`;
}
