/** A program compiled for a card that is not here: its runs do nothing. */
import { BaseProgram, type Donations, explain, type Forget } from "../../base/index.ts";
import type { Buffer } from "../../engine.ts";
import type { Graph } from "../../graph/index.ts";
import { type CompileFlags, compileOptions } from "../compile-options.ts";
import { collectivesOf, computationsOf, costsOf } from "../hlo/index.ts";
import { type LowerOptions, lowerModule } from "../lower/index.ts";
import { devicesOf } from "../mesh/index.ts";
import type { CompiledModule, PjrtTopology } from "../pjrt/index.ts";
import type { CompileReport } from "./compile-report.ts";
import { TargetBuffer } from "./target-buffer.ts";

export interface TargetProgramOptions extends LowerOptions {
  readonly name: string;
  readonly donate: Donations;
}

export class TargetProgram extends BaseProgram<TargetBuffer> {
  readonly operations: number;
  readonly report: CompileReport & { runs: number };

  /** @param graph prepared. @throws EngineError naming what cannot be compiled. */
  constructor(
    topology: PjrtTopology,
    graph: Graph,
    { name, donate, ...how }: TargetProgramOptions,
    forget: Forget,
  ) {
    const isOwn = (buffer: Buffer): buffer is TargetBuffer => buffer instanceof TargetBuffer;
    super(graph, { name, donate }, isOwn, forget);
    const { text, operations } = lowerModule(graph, { donate, ...how });
    this.operations = operations;
    const partitions = devicesOf(how.mesh);
    const options = compileOptions({ platform: "cuda", partitions, flags: withoutDevice });
    const began = performance.now();
    let module: CompiledModule;
    try {
      module = topology.compile(text, options);
    } catch (cause) {
      throw explain(`${name}: XLA refuses the program`, cause);
    }
    const seconds = (performance.now() - began) / 1000;
    try {
      this.report = { program: name, operations, seconds, runs: 0, ...said(module, partitions) };
    } finally {
      module.dispose();
    }
  }

  protected execute(): void {
    // There is no device.
    this.report.runs++;
  }

  protected release(): void {
    // It is gone since it was reported on.
  }
}

/**
 * Kernels cannot be tried where there is no card: XLA takes those that it would begin with, and products are
 * the vendor's, for its own would have to be chosen among by trying.
 */
const withoutDevice: CompileFlags = {
  xla_gpu_autotune_level: 0,
  xla_gpu_enable_triton_gemm: false,
};

function said(module: CompiledModule, partitions: number) {
  const computations = computationsOf(module.optimised());
  return {
    memory: module.memory(),
    ...costsOf(computations),
    collectives: collectivesOf(computations, partitions),
  };
}
