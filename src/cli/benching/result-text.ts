/** What was measured, in a terminal. */
import type { BenchResult } from "../../bench/index.ts";
import { formatBytes, formatCount, formatShare } from "../../report/index.ts";
import { columns } from "../terminal.ts";

type Rates = Pick<BenchResult, "tokensPerSecond" | "gflops" | "spread">;

export function benchText(result: BenchResult): string {
  const { peer, ratio, parameters, shareOfPeak } = result;
  const rows: [string, string][] = [
    ["work", result.work],
    ...(parameters === null ? [] : [["parameters", formatCount(parameters)] as [string, string]]),
    ["engine", `${result.engine}, ${result.precision}`],
    ["speed", ratesText(result)],
    ["each takes", `${(1000 * result.secondsPerUnit).toPrecision(4)} ms, ${callsText(result)}`],
  ];
  if (shareOfPeak !== null) {
    const peak = formatCount(result.peakGflops);
    rows.push(["share of peak", `${formatShare(shareOfPeak)} of ${peak} GFLOP/s`]);
  }
  rows.push(["peak memory", formatBytes(result.peakMemoryBytes)]);
  if (peer !== null && ratio !== null) {
    const versions = Object.entries(peer.versions).map(([name, version]) => `${name} ${version}`);
    rows.push(
      ["peer", versions.join(", ")],
      ["its speed", ratesText(peer)],
      ["its peak memory", formatBytes(result.peerPeakMemoryBytes ?? 0)],
      ["ratio", `${ratio.toFixed(2)} times the peer's speed`],
    );
  }
  const { rounds, unitsPerRound } = result;
  return `${columns(rows)}\n  median of ${rounds} rounds of ${formatCount(unitsPerRound)}, with their spread`;
}

function callsText({ callsPerUnit }: BenchResult): string {
  return callsPerUnit === 1 ? "one program's run" : `${callsPerUnit} programs' runs`;
}

function ratesText({ tokensPerSecond, gflops, spread }: Rates): string {
  const [lowest, highest] = spread.map((share) => 100 * (share - 1)) as [number, number];
  const rates = [
    ...(tokensPerSecond === null ? [] : [`${formatCount(tokensPerSecond)} tokens/s`]),
    ...(gflops === null ? [] : [`${gflops.toPrecision(3)} GFLOP/s`]),
  ];
  return `${rates.join(", ")} (${lowest.toFixed(0)} % to +${highest.toFixed(0)} %)`;
}
