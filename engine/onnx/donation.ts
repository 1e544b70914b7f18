/**
 * Whether a result may be written over an input while the model runs. The runtime knows nothing of
 * it and orders nodes as it likes, so it must follow from the nodes alone: everything that reads the
 * input comes before the node that writes the result, or is that node and reads each element only to
 * write the same one (or, a scatter, to leave it where it is).
 */
import type { OnnxNode } from "./lower/index.ts";

/** Their result is the operand's memory under another shape. */
const views = new Set(["Reshape"]);

/** Element `i` of the result depends on element `i` of operands of the same size alone. */
const elementwise = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"],
  ...["Neg", "Exp", "Log", "Sqrt", "Reciprocal", "Tanh", "Sigmoid", "Erf", "Sin", "Cos", "Abs"],
  ...["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Not"],
  ...["Where", "Cast", "Identity"],
]);

/** Their result is the first operand with some elements replaced. */
const scatters = new Set(["ScatterND", "ScatterElements"]);

/** Its caches, the outputs after the first, are the operands two places further on with new rows. */
const cachedAttention = "GroupQueryAttention";

/**
 * The outputs that may be written over their inputs.
 * @param donations ports: an output's and its input's.
 */
export function overwritable(
  nodes: readonly OnnxNode[],
  donations: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const links = linksOf(nodes);
  const found = [...donations].filter(([output, input]) => isSafe(links, input, output));
  const safe = new Set(found.map(([output]) => output));
  for (const { operation, outputs } of nodes) {
    // This kernel writes both of its caches in place or neither.
    const caches = operation === cachedAttention ? outputs.slice(1) : [];
    if (!caches.every((cache) => safe.has(cache))) for (const cache of caches) safe.delete(cache);
  }
  return safe;
}

/** @param input port of an input, `output` of a result with as many elements. */
export function canOverwrite(nodes: readonly OnnxNode[], input: string, output: string): boolean {
  return isSafe(linksOf(nodes), input, output);
}

function isSafe(links: Links, input: string, output: string): boolean {
  const writer = links.writers.get(output);
  if (writer === undefined) return false;
  const before = ancestors(links, writer);
  const { found, aliases } = readersOf(links, input);
  return found.every((reader) =>
    reader === writer ? readsWhatItWrites(writer, aliases, output) : before.has(reader),
  );
}

function readsWhatItWrites(
  { operation, inputs, outputs }: OnnxNode,
  aliases: ReadonlySet<string>,
  output: string,
): boolean {
  if (elementwise.has(operation)) return true;
  if (operation === cachedAttention) {
    const cache = outputs.indexOf(output) + 2;
    return inputs.every((name, position) => position === cache || !aliases.has(name));
  }
  return scatters.has(operation) && inputs.slice(1).every((name) => !aliases.has(name));
}

const operandsOf = (node: OnnxNode): readonly string[] => [...node.inputs, ...node.captured];

/** Which nodes make and read each tensor. */
interface Links {
  readonly writers: ReadonlyMap<string, OnnxNode>;
  readonly readers: ReadonlyMap<string, readonly OnnxNode[]>;
}

function linksOf(nodes: readonly OnnxNode[]): Links {
  const writers = new Map<string, OnnxNode>();
  const readers = new Map<string, OnnxNode[]>();
  for (const node of nodes) {
    for (const name of node.outputs) writers.set(name, node);
    for (const name of new Set(operandsOf(node))) {
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    }
  }
  return { writers, readers };
}

/** The nodes that read the tensor's memory, and the names under which they do. */
function readersOf(
  links: Links,
  tensor: string,
): { readonly found: readonly OnnxNode[]; readonly aliases: ReadonlySet<string> } {
  const aliases = new Set([tensor]);
  const found: OnnxNode[] = [];
  // The set grows meanwhile, and what it grows by is come to.
  for (const alias of aliases) {
    for (const node of links.readers.get(alias) ?? []) {
      if (views.has(node.operation)) aliases.add(node.outputs[0]!);
      else found.push(node);
    }
  }
  return { found, aliases };
}

/** The nodes that must have run before this one can. */
function ancestors({ writers }: Links, last: OnnxNode): ReadonlySet<OnnxNode> {
  const found = new Set<OnnxNode>();
  const open = [last];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name of operandsOf(node)) {
      const writer = writers.get(name);
      if (writer === undefined || found.has(writer)) continue;
      found.add(writer);
      open.push(writer);
    }
  }
  return found;
}
