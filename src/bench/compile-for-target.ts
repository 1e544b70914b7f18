/** What a training step would take of cards that are not here, by the compiler's own account. */
import type { Engine, Mesh, Precision } from "../../engine/index.ts";
import type { CompileReport, Target } from "../../engine/xla/index.ts";
import { UsageError } from "../../errors/index.ts";
import type { Config } from "../config/index.ts";
import { compileRun } from "../runs/index.ts";
import { benchShape } from "./shapes.ts";
import { trainWorkload } from "./workloads/train.ts";

export interface TargetRequest {
  /** As `h200`. */
  readonly target: string;
  /** The recipe; of `shape` its mesh and precision alone. */
  readonly config: Config;
  /** A decoder of the bench by name, on random tokens, in place of the recipe's. */
  readonly shape?: string | undefined;
  /** Rows of the shape's step. */
  readonly batch?: number | undefined;
  readonly notice?: ((text: string) => void) | undefined;
}

export interface CompiledForTarget {
  /** As `a training step on 8 x 1024 tokens`. */
  readonly work: string;
  readonly engine: string;
  readonly target: Target;
  readonly precision: Precision;
  readonly mesh: Mesh;
  readonly parameters: number;
  readonly programs: readonly CompileReport[];
  readonly estimate: StepEstimate;
}

/** About what a step would take where everything ran at the card's own figures, in seconds. */
export interface StepEstimate {
  /** Of each run of a program the larger of operations by peak and bytes by bandwidth, added up. */
  readonly computing: number;
  /** Of what a card sends to the others, by its links; one after the other with computing at worst. */
  readonly exchanging: number;
}

/**
 * Compiles forward and backward pass, norm and optimiser for a card that is not here.
 * @throws UsageError for rows that cannot be divided; EngineError where no plug-in compiles for the card,
 * or XLA refuses a program
 */
export async function compileForTarget(request: TargetRequest): Promise<CompiledForTarget> {
  const { config, target: name } = request;
  const { precision } = config.train;
  const mesh = config.train.mesh ?? { data: 1, model: 1, sharded: false };
  const { XlaTargetEngine } = await import("../../engine/xla/index.ts");
  const engine = new XlaTargetEngine({ target: name, precision, mesh });
  try {
    const { work, parameters } = await compile(engine, request);
    const { reports: programs, target } = engine;
    return {
      work,
      engine: engine.describe().summary,
      target,
      precision,
      mesh,
      parameters,
      programs,
      estimate: estimateOf(programs, target, precision),
    };
  } finally {
    engine.dispose();
  }
}

async function compile(
  engine: Engine,
  { shape: name, batch, config, notice }: TargetRequest,
): Promise<{ readonly work: string; readonly parameters: number }> {
  if (name === undefined) {
    if (batch !== undefined) {
      throw new UsageError("--batch belongs to --shape; of the recipe it is --train.batchSize");
    }
    const { parameters, context } = await compileRun(engine, config, notice);
    const { batchSize, gradientAccumulationSteps } = config.train;
    const rows = batchSize * gradientAccumulationSteps;
    const work = `a training step of the recipe on ${rows} x ${context} tokens`;
    return { work, parameters };
  }
  const shape = benchShape(name);
  const rows = { ...shape, batch: batch ?? shape.batch };
  checkRows(rows.batch, config.train.mesh);
  const workload = trainWorkload(engine, rows, { adapters: false });
  try {
    workload.run(1);
    return { work: workload.summary, parameters: workload.parameters ?? 0 };
  } finally {
    workload.dispose();
  }
}

/** Rows that cannot be dealt out are computed by every card. */
function checkRows(rows: number, mesh: Mesh | null): void {
  if (mesh === null || rows % mesh.data === 0) return;
  throw new UsageError(`--batch: ${rows} rows cannot be divided among ${mesh.data} cards`);
}

/**
 * @param programs with how often a step runs each.
 * @param precision of the matrix products, by which the peak is chosen.
 */
export function estimateOf(
  programs: readonly CompileReport[],
  { peakFlops, memoryBandwidth, linkBandwidth }: Target,
  precision: Precision,
): StepEstimate {
  let [computing, exchanging] = [0, 0];
  for (const { runs, flops, bytesAccessed, collectives } of programs) {
    const bySpeed = flops / peakFlops[precision];
    computing += runs * Math.max(bySpeed, bytesAccessed / memoryBandwidth);
    for (const { sentBytes } of collectives) exchanging += (runs * sentBytes) / linkBandwidth;
  }
  return { computing, exchanging };
}
