/** A model that runs over whole arrays. */
import { basename } from "node:path";
import { HostBuffer } from "./buffer.ts";
import { overwritable } from "./donation.ts";
import { inputPort, lowerGraph, modelFile, outputPort } from "./lower/index.ts";
import type { Port, Submodel, SubmodelOptions } from "./part.ts";
import { type ConstantTensors, OrtSession } from "./runtime/index.ts";

export class WholeSubmodel implements Submodel {
  readonly operations: number;
  readonly bytes: number;
  readonly #session: OrtSession;
  readonly #inputs: readonly Port[];
  readonly #outputs: readonly Port[];
  /** By output: where the runtime writes it while its own buffer is still being read. */
  readonly #shadows: ReadonlyMap<number, HostBuffer>;

  /** @throws EngineError naming what the engine cannot run. */
  constructor(options: SubmodelOptions) {
    const { name, graph, steps, inputs, outputs, donate, constants } = options;
    const { environment, session, target } = options;
    const model = lowerGraph(graph, name, {
      ...target,
      steps,
      constants: new Set(constants.buffers.keys()),
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
      const buffer = new HostBuffer(environment, type);
      return [positions.indexOf(output), buffer] as const;
    };
    this.#inputs = inputs.filter(
      (port) => port.kind !== "input" || !constants.buffers.has(port.name),
    );
    this.#outputs = outputs;
    this.#session = new OrtSession(
      environment,
      name,
      bytes,
      model,
      session,
      constantTensors(constants),
    );
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

function constantTensors({
  buffers,
  prepacked,
}: SubmodelOptions["constants"]): ConstantTensors | undefined {
  if (buffers.size === 0) return undefined;
  const tensors = [...buffers].map(([name, { tensor }]) => ({ name: inputPort(name), tensor }));
  return { tensors, prepacked };
}
