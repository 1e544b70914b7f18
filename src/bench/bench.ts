/** Measures a workload on an engine, beside a peer where one is asked for. */
import { type Engine, measurePeak } from "../engine/index.ts";
import { BenchError } from "./errors.ts";
import { type Figures, figuresOf, ratioOf } from "./figures.ts";
import { MeasuredEngine } from "./measured-engine.ts";
import { Peer, type PeerReady } from "./peer.ts";
import { measureRounds, type RoundOptions } from "./rounds.ts";
import type { Workload } from "./workload.ts";

export interface BenchOptions extends RoundOptions {
  /** A Python with PyTorch, or the folder of its virtual environment; null measures ours alone. */
  readonly python: string | null;
}

export interface BenchResult extends Figures {
  /** What a unit of the work does. */
  readonly work: string;
  readonly engine: string;
  readonly threads: number;
  readonly precision: "float32";
  readonly parameters: number | null;
  readonly trainedParameters: number | null;
  readonly rounds: number;
  readonly unitsPerRound: number;
  readonly secondsPerUnit: number;
  /** Runs of compiled programs in a unit. */
  readonly callsPerUnit: number;
  /** `gflops` of what the engine reaches on large square products, 0 to 1. */
  readonly shareOfPeak: number | null;
  readonly peakGflops: number;
  /** Most memory that this process has held. */
  readonly peakMemoryBytes: number;
  readonly peer: (Figures & { readonly versions: PeerReady["versions"] }) | null;
  readonly peerPeakMemoryBytes: number | null;
  /** Our speed by the peer's, the median over the rounds. */
  readonly ratio: number | null;
}

/** Rejects with a BenchError when the peer is missing, or does other work than ours. */
export async function bench(
  engine: Engine,
  make: (engine: Engine) => Workload,
  options: BenchOptions,
): Promise<BenchResult> {
  const measured = new MeasuredEngine(engine);
  const workload = make(measured);
  const peer = options.python === null ? null : await startPeer(engine, workload, options.python);
  try {
    const rounds = await measureRounds(workload, peer, options, () => measured.work);
    const { units, unit } = rounds;
    const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
    const ours = figuresOf(
      rounds.rounds.map(({ seconds }) => seconds),
      units,
      { tokens: workload.tokensPerUnit, flops: unit.flops },
    );
    const theirs = rounds.rounds.flatMap(({ peerSeconds }) => peerSeconds ?? []);
    const peakGflops = measurePeak(engine) / 1e9;
    const { summary, threads } = engine.describe();
    const perUnit = rounds.rounds.map(({ seconds }) => seconds / units);
    return {
      ...ours,
      work: workload.summary,
      engine: summary,
      threads,
      precision: "float32",
      parameters: workload.parameters,
      trainedParameters: workload.trainedParameters,
      rounds: rounds.rounds.length,
      unitsPerRound: units,
      secondsPerUnit: perUnit.reduce((sum, each) => sum + each, 0) / perUnit.length,
      callsPerUnit: unit.calls,
      shareOfPeak: ours.gflops === null ? null : ours.gflops / peakGflops,
      peakGflops,
      peakMemoryBytes,
      peer:
        peer === null
          ? null
          : {
              ...figuresOf(theirs, units, { tokens: workload.tokensPerUnit, flops: unit.flops }),
              versions: peer.ready.versions,
            },
      peerPeakMemoryBytes: rounds.peerPeakMemoryBytes,
      ratio: ratioOf(rounds),
    };
  } finally {
    peer?.end();
    workload.dispose();
  }
}

async function startPeer(engine: Engine, workload: Workload, python: string): Promise<Peer> {
  const { peerWork: work } = workload;
  if (work === null) throw new BenchError(`there is no peer for this: ${workload.summary}`);
  const { device, threads } = engine.describe();
  const kind = device === "CPU" ? "cpu" : "cuda";
  const peer = await Peer.start({ python, work, threads, device: kind });
  for (const count of ["parameters", "trainedParameters"] as const) {
    if (peer.ready[count] === workload[count]) continue;
    peer.end();
    throw new BenchError(
      `the peer's model has ${peer.ready[count]} ${count}, ours ${workload[count]}: not the same work`,
    );
  }
  return peer;
}
