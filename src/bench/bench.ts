/** Measures a workload on an engine, beside a peer where one is asked for. */

import { type Engine, measurePeak, type Precision } from "../../engine/index.ts";
import type { WeightDtype } from "../../models/index.ts";
import { BenchError } from "./errors.ts";
import { type Figures, figuresOf, ratioOf } from "./figures.ts";
import { median } from "./in-turn.ts";
import { MeasuredEngine, type Work } from "./measured-engine.ts";
import { Peer, type PeerReady } from "./peer.ts";
import { fewestRounds, measureRounds, type RoundOptions, type Rounds } from "./rounds.ts";
import type { Workload } from "./workload.ts";

export interface BenchOptions extends RoundOptions {
  /** A Python with PyTorch, or the folder of its virtual environment; null measures ours alone. */
  readonly python: string | null;
  /** In which the engine was started, and the peer is; float32 unless given. */
  readonly precision?: Precision;
}

export interface BenchResult extends Figures {
  /** What a unit of the work does. */
  readonly work: string;
  /** Null where none computes. */
  readonly engine: string | null;
  readonly threads: number | null;
  /** How the model's matrices are kept, as {@link Workload} says; null where there are none. */
  readonly precision: WeightDtype | null;
  readonly parameters: number | null;
  readonly trainedParameters: number | null;
  readonly rounds: number;
  /** Whether the rounds are too few for figures to be told to others. */
  readonly draft: boolean;
  readonly unitsPerRound: number;
  /** Of the median round. */
  readonly secondsPerUnit: number;
  /** Runs of compiled programs in a unit. */
  readonly programRunsPerUnit: number;
  /** Calls of the engine's runtime in them; null of an engine that does not count them. */
  readonly runtimeCallsPerUnit: number | null;
  /** `gflops` of what the engine reaches on large square products, 0 to 1. */
  readonly shareOfPeak: number | null;
  readonly peakGflops: number | null;
  /** Most memory that this process has held. */
  readonly peakMemoryBytes: number;
  /** What it held when the first round began, and when the last had ended. */
  readonly residentMemoryBytes: readonly [before: number, after: number];
  readonly peer: PeerFigures | null;
  readonly peerPeakMemoryBytes: number | null;
  /** Our speed by the peer's, the median over the rounds. */
  readonly ratio: number | null;
}

export interface PeerFigures extends Figures {
  readonly versions: PeerReady["versions"];
  readonly precision: Precision;
}

/** Rejects with a BenchError when the peer is missing, or does other work than ours. */
export async function bench(
  engine: Engine,
  make: (engine: Engine) => Workload,
  { python, precision = "float32", ...options }: BenchOptions,
): Promise<BenchResult> {
  const measured = new MeasuredEngine(engine);
  const workload = make(measured);
  let peer: Peer | null = null;
  try {
    peer = python === null ? null : await startPeer(engine, workload, { python, precision });
    const rounds = await measureRounds(workload, peer, options, () => measured.work);
    const result = resultOf(workload, rounds, peer);
    const peakGflops = measurePeak(engine) / 1e9;
    const { summary, threads } = engine.describe();
    const shareOfPeak = result.gflops === null ? null : result.gflops / peakGflops;
    return { ...result, engine: summary, threads, peakGflops, shareOfPeak };
  } finally {
    peer?.end();
    workload.dispose();
  }
}

const noWork: Work = { programRuns: 0, runtimeCalls: null, flops: 0 };

/** Measures what no engine computes, and disposes it. */
export async function benchWithoutEngine(
  workload: Workload,
  options: RoundOptions,
): Promise<BenchResult> {
  try {
    const rounds = await measureRounds(workload, null, options, () => noWork);
    const without = { engine: null, threads: null, peakGflops: null, shareOfPeak: null };
    return { ...resultOf(workload, rounds, null), ...without };
  } finally {
    workload.dispose();
  }
}

type EngineFigures = "engine" | "threads" | "peakGflops" | "shareOfPeak";

function resultOf(
  workload: Workload,
  rounds: Rounds,
  peer: Peer | null,
): Omit<BenchResult, EngineFigures> {
  const { units, unit } = rounds;
  const seconds = rounds.rounds.map((each) => each.seconds);
  const theirs = rounds.rounds.flatMap(({ peerSeconds }) => peerSeconds ?? []);
  const amount = { tokens: workload.tokensPerUnit, flops: unit.flops };
  return {
    ...figuresOf(seconds, units, amount),
    work: workload.summary,
    precision: workload.precision,
    parameters: workload.parameters,
    trainedParameters: workload.trainedParameters,
    rounds: seconds.length,
    draft: seconds.length < fewestRounds,
    unitsPerRound: units,
    secondsPerUnit: median(seconds) / units,
    programRunsPerUnit: unit.programRuns,
    runtimeCallsPerUnit: unit.runtimeCalls,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    residentMemoryBytes: rounds.residentMemoryBytes,
    peer:
      peer === null
        ? null
        : {
            ...figuresOf(theirs, units, amount),
            versions: peer.ready.versions,
            precision: peer.precision,
          },
    peerPeakMemoryBytes: rounds.peerPeakMemoryBytes,
    ratio: ratioOf(rounds),
  };
}

async function startPeer(
  engine: Engine,
  workload: Workload,
  options: { readonly python: string; readonly precision: Precision },
): Promise<Peer> {
  const { peerWork: work } = workload;
  if (work === null) throw new BenchError(`there is no peer for this: ${workload.summary}`);
  const { device, threads } = engine.describe();
  const kind = device === "CPU" ? "cpu" : "cuda";
  const peer = await Peer.start({ ...options, work, threads, device: kind });
  for (const count of ["parameters", "trainedParameters"] as const) {
    if (peer.ready[count] === workload[count]) continue;
    peer.end();
    throw new BenchError(
      `the peer's model has ${peer.ready[count]} ${count}, ours ${workload[count]}: not the same work`,
    );
  }
  return peer;
}
