/**
 * A graph compiled to one session of the runtime. Inputs and outputs are the caller's own arrays, and
 * a run does nothing in JavaScript but hand over their addresses.
 */
import { EngineError, type Program } from "../engine.ts";
import type { Graph } from "../graph/index.ts";
import {
  BoundBuffers,
  type Buffers,
  checkAliases,
  checkDonations,
  type Donations,
} from "./binding.ts";
import { HostBuffer } from "./buffer.ts";
import { canOverwrite } from "./donation.ts";
import { inputPort, lowerGraph, outputPort } from "./lower.ts";
import { encodeModel } from "./model.ts";
import { type OrtEnvironment, OrtSession, type SessionOptions } from "./runtime/index.ts";

export interface ProgramOptions {
  readonly name: string;
  readonly donate: Donations;
  readonly session: SessionOptions;
}

/** A protocol buffer cannot be longer. */
const maxModelBytes = 2 ** 31 - 1;

export class OnnxProgram implements Program {
  readonly operations: number;
  /** Bytes of the arrays that stand in for outputs which cannot be written in place. */
  readonly shadowBytes: number;
  readonly #name: string;
  readonly #donate: Donations;
  readonly #session: OrtSession;
  readonly #inputs: BoundBuffers;
  readonly #outputs: BoundBuffers;
  /** By output: where the runtime writes it while its own buffer is still being read. */
  readonly #shadows: ReadonlyMap<number, HostBuffer>;
  readonly #forget: (program: OnnxProgram) => void;
  #disposed = false;

  /** @throws EngineError naming what the engine cannot run. */
  constructor(
    environment: OrtEnvironment,
    graph: Graph,
    { name, donate, session }: ProgramOptions,
    forget: (program: OnnxProgram) => void,
  ) {
    checkDonations(name, graph, donate);
    const model = lowerGraph(graph, name);
    const bytes = encodeModel(model);
    if (bytes.byteLength > maxModelBytes) {
      throw new EngineError(
        `${name}: its constants take ${bytes.byteLength} bytes, more than an ONNX model holds; make them inputs`,
      );
    }
    this.operations = model.nodes.length;
    this.#name = name;
    this.#donate = donate;
    this.#inputs = new BoundBuffers(`${name}: input`, graph.inputs, environment);
    this.#outputs = new BoundBuffers(`${name}: output`, graph.outputs, environment);
    this.#shadows = new Map(
      Object.entries(donate)
        .filter(
          ([output, input]) => !canOverwrite(model.nodes, inputPort(input), outputPort(output)),
        )
        .map(([output]) => [
          this.#outputs.names.indexOf(output),
          new HostBuffer(environment, graph.outputs.get(output)!.type, undefined, () => {}),
        ]),
    );
    this.shadowBytes = [...this.#shadows.values()].reduce((sum, each) => sum + each.bytes, 0);
    this.#session = new OrtSession(environment, name, bytes, model, session);
    this.#forget = forget;
  }

  run(inputs: Buffers, outputs: Buffers): void {
    if (this.#disposed) throw new EngineError(`${this.#name}: run after dispose`);
    const changedInputs = this.#inputs.bind(inputs);
    const changedOutputs = this.#outputs.bind(outputs);
    if (changedInputs || changedOutputs) checkAliases(this.#inputs, this.#outputs, this.#donate);
    for (const [position, buffer] of this.#inputs.buffers.entries()) {
      this.#session.input(position, buffer.tensor);
    }
    for (const [position, buffer] of this.#outputs.buffers.entries()) {
      this.#session.output(position, (this.#shadows.get(position) ?? buffer).tensor);
    }
    this.#session.run();
    for (const [position, shadow] of this.#shadows) {
      this.#outputs.buffers[position]!.write(shadow.read());
    }
  }

  /** Ends the profiles of the runs so far, for an engine started with a folder; the traces' paths. */
  endProfile(): readonly string[] {
    return [this.#session.endProfiling()];
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#session.release();
    for (const shadow of this.#shadows.values()) shadow.dispose();
    this.#forget(this);
  }
}
