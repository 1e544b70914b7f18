/**
 * Rounds of work, ours and the peer's in turn, so that whatever else the machine does hits both. A
 * round is long enough to be timed; both do equally much in it.
 */
import { inTurn, type Timed, wallSeconds } from "./in-turn.ts";
import type { Work } from "./measured-engine.ts";
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
  /** What a unit asks of the engine. */
  readonly unit: Work;
  readonly rounds: readonly Round[];
  /** Memory that this process held when the first round began, and when the last had ended. */
  readonly residentMemoryBytes: readonly [before: number, after: number];
  /** Most memory that the peer's process has held; null without a peer. */
  readonly peerPeakMemoryBytes: number | null;
}

/** With fewer, a median and its spread say little. */
export const fewestRounds = 5;

/**
 * Runs that are not counted: programs are compiled and memory is touched for the first time. One is
 * enough where it takes this long.
 */
const warmUp = { runs: 2, seconds: 5 };
const mostUnits = 1_000_000;

/** @param workSoFar what the engine was asked for. */
export async function measureRounds(
  workload: Workload,
  peer: Peer | null,
  { rounds, secondsPerRound }: RoundOptions,
  workSoFar: () => Work,
): Promise<Rounds> {
  const units = unitsFor(workload, secondsPerRound, warm(workload));
  const before = workSoFar();
  const residentBefore = process.memoryUsage.rss();
  let peerPeakMemoryBytes: number | null = null;
  const ours = () => wallSeconds(() => workload.run(units));
  const theirs = async () => {
    const { seconds, peakMemoryBytes } = await peer!.round(units);
    peerPeakMemoryBytes = peakMemoryBytes;
    return seconds;
  };
  const contestants: Record<string, Timed> = peer === null ? { ours } : { ours, theirs };
  const taken = await inTurn(contestants, { rounds, warmUpRounds: 0 });
  const after = workSoFar();
  return {
    units,
    unit: workOfOne(before, after, units * rounds),
    rounds: taken.ours!.map((seconds, i) => ({ seconds, peerSeconds: taken.theirs?.[i] ?? null })),
    residentMemoryBytes: [residentBefore, process.memoryUsage.rss()],
    peerPeakMemoryBytes,
  };
}

function workOfOne(before: Work, after: Work, units: number): Work {
  const calls = { before: before.runtimeCalls, after: after.runtimeCalls };
  return {
    programRuns: (after.programRuns - before.programRuns) / units,
    runtimeCalls:
      calls.before === null || calls.after === null ? null : (calls.after - calls.before) / units,
    flops: (after.flops - before.flops) / units,
  };
}

/** @returns the seconds of the last run. */
function warm(workload: Workload): number {
  let taken = 0;
  for (let run = 0; run < warmUp.runs && taken < warmUp.seconds; run++) {
    taken = wallSeconds(() => workload.run(1));
  }
  return taken;
}

/** Doubles the work until its time can be told. @param known seconds of a unit that is warm. */
function unitsFor(workload: Workload, seconds: number, known: number): number {
  if (known >= seconds) return 1;
  for (let units = 1; ; units *= 2) {
    const taken = wallSeconds(() => workload.run(units));
    if (taken >= seconds / 4 || units >= mostUnits) {
      return Math.max(1, Math.min(mostUnits, Math.ceil((units * seconds) / taken)));
    }
  }
}
