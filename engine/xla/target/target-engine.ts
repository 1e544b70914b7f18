/**
 * An engine that compiles for cards that are not here, and runs nothing: what a trainer asks it for is
 * what it would ask a card for. Tensors read as zeros.
 */
import { BaseEngine, type Forget } from "../../base/index.ts";
import {
  type CompileOptions,
  type EngineDescription,
  EngineError,
  type Mesh,
  type Precision,
} from "../../engine.ts";
import type { Graph, TensorData, TensorType } from "../../graph/index.ts";
import { prepare } from "../../passes/index.ts";
import { libraryOf } from "../libraries.ts";
import { attentionOn, type BlockOptions, lowersWith } from "../lower/index.ts";
import { checkMesh, devicesOf, oneDevice } from "../mesh/index.ts";
import { describeVersion, type PjrtLibrary, PjrtTopology } from "../pjrt/index.ts";
import { findCompiler, type Plugin } from "../plugins/index.ts";
import type { CompileReport } from "./compile-report.ts";
import { TargetBuffer } from "./target-buffer.ts";
import { TargetProgram } from "./target-program.ts";
import { type Target, targetConfig, targetOf } from "./targets.ts";

export interface TargetEngineOptions {
  /** As `h200`. */
  readonly target: string;
  /** Of matrix products; float32 unless given. */
  readonly precision?: Precision;
  /** Cards that each program is divided among; one unless given. */
  readonly mesh?: Mesh;
  /** When and how attention is computed by blocks; for tests and measurements. */
  readonly attention?: BlockOptions;
}

/** Why nothing can be compiled for a card here, and what to do; null when it can be tried. */
export function whyNoTarget(compiler: Plugin | null = findCompiler()): string | null {
  return compiler === null
    ? "no PJRT plug-in for CUDA is here (pathloom doctor --get xla-cuda13-compiler fetches one)"
    : null;
}

export class XlaTargetEngine extends BaseEngine<TargetBuffer, TargetProgram> {
  readonly name = "xla";
  readonly target: Target;
  readonly runtimeCalls = null;
  readonly #library: PjrtLibrary;
  readonly #topology: PjrtTopology;
  readonly #precision: Precision;
  readonly #mesh: Mesh;
  readonly #attention: BlockOptions;
  readonly #reports: CompileReport[] = [];

  /** @throws EngineError when there is no such target, or no plug-in that compiles for it. */
  constructor({
    target,
    precision = "float32",
    mesh = oneDevice,
    attention = attentionOn("cuda"),
  }: TargetEngineOptions) {
    super();
    checkMesh(mesh);
    this.target = targetOf(target);
    const plugin = findCompiler();
    if (plugin === null) throw new EngineError(whyNoTarget(plugin)!);
    this.#library = libraryOf(plugin);
    this.#topology = new PjrtTopology(this.#library, target, {
      // Machines, their processes, the cards of each.
      topology: `1x1x${devicesOf(mesh)}`,
      target_config: targetConfig(this.target),
    });
    this.#precision = precision;
    this.#mesh = mesh;
    this.#attention = attention;
  }

  /** Of the programs compiled so far, in their order. */
  get reports(): readonly CompileReport[] {
    return this.#reports;
  }

  get runtimeObjects(): number {
    return this.#library.objects;
  }

  describe(): EngineDescription {
    const version = describeVersion(this.#library.version);
    const count = devicesOf(this.#mesh);
    const device = count === 1 ? this.target.device : `${count} x ${this.target.device}`;
    const summary = `XLA through PJRT ${version}, compiling for ${device}, ${this.#precision}`;
    return { name: this.name, summary, version, device, threads: 1 };
  }

  protected makeBuffer(type: TensorType, data: TensorData | undefined, forget: Forget) {
    const buffer = new TargetBuffer(type, forget);
    if (data !== undefined) buffer.write(data);
    return buffer;
  }

  protected makeProgram(
    graph: Graph,
    { name, donate }: Required<CompileOptions>,
    forget: Forget,
  ): TargetProgram {
    const how = { precision: this.#precision, mesh: this.#mesh, attention: this.#attention };
    const prepared = prepare(graph, { lowers: lowersWith(how) });
    const options = { name, donate, ...how };
    const program = new TargetProgram(this.#topology, prepared, options, forget);
    this.#reports.push(program.report);
    return program;
  }

  override dispose(): void {
    super.dispose();
    this.#topology.dispose();
  }
}
