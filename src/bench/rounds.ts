/**
 * Rounds of work, ours and the peer's in turn, so that whatever else the machine does hits both. A
 * round is long enough to be timed; both do equally much in it.
 */
import type { Peer } from "./peer.ts";
import type { Workload } from "./workload.ts";

export interface RoundOptions {
  readonly rounds: number;
  /** That a round of ours takes at least, about. */
  readonly secondsPerRound: number;
}

export interface Round {
  readonly seconds: number;
  readonly peerSeconds: number | null;
}

export interface Rounds {
  /** Of work in each round. */
  readonly units: number;
  readonly rounds: readonly Round[];
  /** Most memory that the peer's process has held; null without a peer. */
  readonly peerPeakMemoryBytes: number | null;
}

/** Runs that are not counted: programs are compiled and memory is touched for the first time. */
const warmUp = 2;
const mostUnits = 1_000_000;

export async function measureRounds(
  workload: Workload,
  peer: Peer | null,
  { rounds, secondsPerRound }: RoundOptions,
): Promise<Rounds> {
  workload.run(warmUp);
  const units = unitsFor(workload, secondsPerRound);
  const measured: Round[] = [];
  let peerPeakMemoryBytes: number | null = null;
  for (let round = 0; round < rounds; round++) {
    const seconds = timeOf(() => workload.run(units));
    const theirs = peer === null ? null : await peer.round(units);
    peerPeakMemoryBytes = theirs?.peakMemoryBytes ?? null;
    measured.push({ seconds, peerSeconds: theirs?.seconds ?? null });
  }
  return { units, rounds: measured, peerPeakMemoryBytes };
}

/** Doubles the work until its time can be told. */
function unitsFor(workload: Workload, seconds: number): number {
  for (let units = 1; ; units *= 2) {
    const taken = timeOf(() => workload.run(units));
    if (taken >= seconds / 4 || units >= mostUnits) {
      return Math.max(1, Math.min(mostUnits, Math.ceil((units * seconds) / taken)));
    }
  }
}

function timeOf(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}
