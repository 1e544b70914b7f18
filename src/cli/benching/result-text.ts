/** What was measured, in a terminal. */
import { type BenchResult, fewestRounds } from "../../bench/index.ts";
import { formatBytes, formatCount, formatShare } from "../../report/index.ts";
import { columns } from "../terminal.ts";

type Rates = Pick<BenchResult, "tokensPerSecond" | "gflops" | "spread">;

export function benchText(result: BenchResult): string {
  const { parameters, engine } = result;
  const rows = [
    ...row("work", result.work),
    ...row("parameters", parameters === null ? null : formatCount(parameters)),
    ...row("engine", engine === null ? null : `${engine}${precisionText(result)}`),
    ...row("speed", ratesText(result)),
    ...row("each takes", `${(1000 * result.secondsPerUnit).toPrecision(4)} ms${callsText(result)}`),
    ...row("share of peak", peakText(result)),
    ...row("peak memory", formatBytes(result.peakMemoryBytes)),
    ...row("resident memory", residentText(result)),
    ...peerRows(result),
  ];
  return `${columns(rows)}\n  ${roundsText(result)}`;
}

/** A row, or none where there is nothing to say. */
function row(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, value]];
}

function precisionText({ precision }: BenchResult): string {
  if (precision === null) return "";
  return precision === "float32" ? ", float32" : `, weights in ${precision}`;
}

/** `, 4 programs' runs in 40 calls of the runtime`. */
function callsText({ programRunsPerUnit: runs, runtimeCallsPerUnit: calls }: BenchResult): string {
  if (runs === 0) return "";
  const programs = runs === 1 ? "one program's run" : `${runs} programs' runs`;
  if (calls === null) return `, ${programs}`;
  return `, ${programs} in ${calls === 1 ? "one call" : `${calls} calls`} of the runtime`;
}

function peakText({ shareOfPeak, peakGflops }: BenchResult): string | null {
  if (shareOfPeak === null || peakGflops === null) return null;
  return `${formatShare(shareOfPeak)} of ${formatCount(peakGflops)} GFLOP/s`;
}

function residentText({ residentMemoryBytes: [before, after] }: BenchResult): string {
  return `${formatBytes(before)} before the rounds, ${formatBytes(after)} after`;
}

function peerRows({ peer, ratio, peerPeakMemoryBytes }: BenchResult): [string, string][] {
  if (peer === null || ratio === null) return [];
  const versions = Object.entries(peer.versions).map(([name, version]) => `${name} ${version}`);
  return [
    ["peer", `${versions.join(", ")}, ${peer.precision}`],
    ["its speed", ratesText(peer)],
    ["its peak memory", formatBytes(peerPeakMemoryBytes ?? 0)],
    ["ratio", `${ratio.toFixed(2)} times the peer's speed`],
  ];
}

function roundsText({ rounds, unitsPerRound, draft }: BenchResult): string {
  const text = `median of ${rounds} rounds of ${formatCount(unitsPerRound)}, with their spread`;
  return draft ? `${text}; a draft: fewer than ${fewestRounds} rounds say little` : text;
}

function ratesText({ tokensPerSecond, gflops, spread }: Rates): string {
  const [lowest, highest] = spread.map((share) => 100 * (share - 1)) as [number, number];
  const rates = [
    ...(tokensPerSecond === null ? [] : [`${formatCount(tokensPerSecond)} tokens/s`]),
    ...(gflops === null ? [] : [`${gflops.toPrecision(3)} GFLOP/s`]),
  ];
  return `${rates.join(", ")} (${lowest.toFixed(0)} % to +${highest.toFixed(0)} %)`;
}
