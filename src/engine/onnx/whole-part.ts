/** A model that runs over whole arrays. */
import { basename } from "node:path";
import type { Graph } from "../graph/index.ts";
import { hasBlockableProducts, multipliesBlocks, withBlockedProducts } from "./blocked/index.ts";
import { HostBuffer } from "./buffer.ts";
import { overwritable } from "./donation.ts";
import { inputPort, lowerGraph, outputPort } from "./lower.ts";
import { modelFile } from "./model-file.ts";
import type { PartOptions, ProgramPart } from "./part.ts";
import { type GivenTensors, type OrtEnvironment, OrtSession } from "./runtime/index.ts";
import type { Port } from "./tiling/index.ts";

/** Of a block of rows that goes through a chain of operations at once. */
function blockElements(threads: number): number {
  return threads === 1 ? 32_768 : 65_536 * threads;
}

export class WholePart implements ProgramPart {
  readonly operations: number;
  readonly bytes: number;
  readonly #session: OrtSession;
  readonly #inputs: readonly Port[];
  readonly #outputs: readonly Port[];
  /** By output: where the runtime writes it while its own buffer is still being read. */
  readonly #shadows: ReadonlyMap<number, HostBuffer>;

  /** @throws EngineError naming what the engine cannot run. */
  constructor(options: PartOptions) {
    const { name, graph, inputs, outputs, donate, frozen, environment, session } = options;
    // Frozen matrices are packed, which is as fast and converts nothing.
    const isPacked = frozen.buffers.size > 0;
    const arranged = isPacked ? graph : inBlocks(environment, graph);
    const model = lowerGraph(arranged, name, {
      blockElements: blockElements(session.threads),
      sumsRows: session.threads === 1,
      frozen: new Set(frozen.buffers.keys()),
    });
    const bytes = modelFile(model, basename(environment.library.path));
    const ports = Object.entries(donate).map(([output, input]) => [
      outputPort(output),
      inputPort(input),
    ]) as [string, string][];
    const safe = overwritable(model.nodes, new Map(ports));
    const unsafe = ([output]: readonly [string, string]) => !safe.has(outputPort(output));
    const positions = [...graph.outputs.keys()];
    const shadow = ([output]: readonly [string, string]) => {
      const { type } = graph.outputs.get(output)!;
      const buffer = new HostBuffer(environment, type, undefined, () => {});
      return [positions.indexOf(output), buffer] as const;
    };
    this.#inputs = inputs.filter((port) => port.kind !== "input" || !frozen.buffers.has(port.name));
    this.#outputs = outputs;
    this.#session = new OrtSession(environment, name, bytes, model, session, givenTensors(frozen));
    this.#shadows = new Map(Object.entries(donate).filter(unsafe).map(shadow));
    this.operations = model.nodes.length;
    this.bytes = [...this.#shadows.values()].reduce((sum, each) => sum + each.bytes, 0);
  }

  run(bufferOf: (port: Port) => HostBuffer): void {
    for (const [position, port] of this.#inputs.entries()) {
      this.#session.input(position, bufferOf(port).tensor);
    }
    for (const [position, port] of this.#outputs.entries()) {
      const buffer = this.#shadows.get(position) ?? bufferOf(port);
      this.#session.output(position, buffer.tensor);
    }
    this.#session.run();
    for (const [position, shadow] of this.#shadows) {
      bufferOf(this.#outputs[position]!).write(shadow.read());
    }
  }

  endProfile(): string {
    return this.#session.endProfiling();
  }

  release(): void {
    this.#session.release();
    for (const shadow of this.#shadows.values()) shadow.dispose();
  }
}

function inBlocks(environment: OrtEnvironment, graph: Graph): Graph {
  const isPossible = hasBlockableProducts(graph) && multipliesBlocks(environment);
  return isPossible ? withBlockedProducts(graph) : graph;
}

function givenTensors({ buffers, packed }: PartOptions["frozen"]): GivenTensors | undefined {
  if (buffers.size === 0) return undefined;
  const tensors = [...buffers].map(([name, { tensor }]) => ({ name: inputPort(name), tensor }));
  return { tensors, packed };
}
