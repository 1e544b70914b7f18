/** A compiled graph: an executable of the plug-in that works on the device's tensors. */
import { BaseProgram, type Donations, explain, type Forget } from "../base/index.ts";
import type { Buffer, Precision } from "../engine.ts";
import type { Graph } from "../graph/index.ts";
import { TraceFile } from "../trace-file.ts";
import { XlaBuffer } from "./buffer.ts";
import { compileOptions } from "./compile-options.ts";
import { compiled } from "./compiled-files.ts";
import { type Collective, collectivesOf, computationsOf } from "./hlo/index.ts";
import { type BlockOptions, lowerModule } from "./lower/index.ts";
import { devicesOf } from "./mesh/index.ts";
import type { CompiledMemory, Executable } from "./pjrt/index.ts";
import { runs, type XlaRuntime } from "./runtime.ts";

export interface ProgramOptions {
  readonly name: string;
  readonly donate: Donations;
  readonly constants: Readonly<Record<string, Buffer>>;
  readonly precision: Precision;
  readonly attention?: BlockOptions;
  /** Into which a trace of the runs is written. */
  readonly profileFolder?: string;
}

export class XlaProgram extends BaseProgram<XlaBuffer> {
  readonly operations: number;
  readonly #executable: Executable;
  readonly #trace: TraceFile | null;
  readonly #devices: number;
  /** By position of an output: whether it replaces an input, whose tensor the run takes. */
  readonly #isDonated: readonly boolean[];

  /** @param graph prepared. @throws EngineError naming what cannot be compiled. */
  constructor(runtime: XlaRuntime, graph: Graph, options: ProgramOptions, forget: Forget) {
    const { name, donate, precision, attention, profileFolder } = options;
    const isOwn = (buffer: Buffer): buffer is XlaBuffer =>
      buffer instanceof XlaBuffer && buffer.isOn(runtime);
    const constants = new Map(Object.entries(options.constants));
    super(graph, { name, donate, constants }, isOwn, forget);
    const { mesh } = runtime;
    const { text, operations } = lowerModule(graph, {
      ...{ donate, precision, mesh },
      ...(attention === undefined ? {} : { attention }),
    });
    this.operations = operations;
    const { platform } = runtime.client;
    const partitions = devicesOf(mesh);
    try {
      this.#executable = compiled(runtime, text, compileOptions({ platform, partitions }));
    } catch (cause) {
      throw explain(`${name}: XLA refuses the program`, cause);
    }
    this.#devices = partitions;
    this.#isDonated = this.outputs.names.map((output) => donate[output] !== undefined);
    this.#trace = profileFolder === undefined ? null : new TraceFile(profileFolder, name);
  }

  /** What XLA says that the program needs on the device. @throws EngineError when it does not say. */
  memory(): CompiledMemory {
    return this.#executable.memory();
  }

  /** What the devices of the mesh exchange in a run. @throws EngineError when XLA does not say. */
  collectives(): Collective[] {
    return collectivesOf(computationsOf(this.#executable.optimised()), this.#devices);
  }

  protected execute(): void {
    runs.count++;
    this.#trace?.makeRoom();
    const began = this.#trace?.now() ?? 0;
    const given = this.inputs.buffers.map((buffer) => buffer.handles);
    const outputs = this.outputs.buffers;
    for (const [i, buffer] of outputs.entries()) {
      if (this.#isDonated[i]) buffer.checkAlive();
      else buffer.vacate();
    }
    try {
      const devices = Array.from({ length: this.#devices }, (_, device) => device);
      const inputs = devices.map((device) => given.map((handles) => handles[device]!));
      const results = this.#executable.execute(inputs, outputs.length);
      for (const [i, buffer] of outputs.entries()) {
        buffer.replace(results.map((handles) => handles[i]!));
      }
    } catch (cause) {
      for (const buffer of this.inputs.buffers) buffer.checkLost();
      throw explain(this.name, cause);
    }
    if (this.#trace === null) return;
    const lasted = this.#trace.now() - began;
    // The compiler makes a handful of kernels of all operations: there is one event for them.
    this.#trace.add({ operation: "program", began, lasted, details: { program: this.name } });
  }

  /** @throws EngineError when a trace cannot be written; everything is freed even so. */
  protected release(): void {
    this.#executable.dispose();
    this.#trace?.close();
  }
}
