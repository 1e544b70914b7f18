/** docs/performance.md from what was measured. */
import { fewestRounds } from "../../src/bench/index.ts";
import type { Kept } from "../measuring/kept.ts";
import { isQuiet } from "../measuring/machine.ts";
import { count as countOf, listOf, percent, table } from "../measuring/page.ts";
import type { Measurement } from "./measurements.ts";
import type { Result } from "./result.ts";

export type Measured = Measurement &
  Pick<Kept<Result>, "result" | "date" | "commit"> & { readonly busy?: number };

export interface Page {
  readonly measured: readonly Measured[];
  /** As `Intel Xeon, 2 cores, 24 GB, Linux 6.1, Node 20`. */
  readonly machine: string;
  /** What was measured of other engines, or that nothing was. */
  readonly engines: string;
  /** Written by hand: what was tried, and what it gave. */
  readonly tried: string;
}

/** Of the part about other engines, which is written by itself, too. */
export const enginesMark = "engines";

export function performancePage({ measured, machine, engines: others, tried }: Page): string {
  const { result } = measured[0]!;
  const dates = listOf(measured.map(({ date }) => date));
  const commits = listOf(measured.map(({ commit }) => commit));
  const missed = measured.filter((each) => !isMet(each));
  return `# Performance
${draftNotice(result.rounds)}${busyNotice(measured)}
Measured by \`npm run bench:performance -- --python .venv\` on ${dates}, and written by it: do not edit. The part about what was tried is bench/performance/tried.md.

- Machine: ${machine}
- Code: commit ${commits}
- Ours: ${engines(measured)}
- The peer: ${versions(measured)}; as many threads, float32, fused attention, fused AdamW (bench/peer)
- Each row is the median of ${result.rounds} rounds; a round of ours is followed by one of the peer's that does the same work. *Spread* is the slowest and the fastest round by the median one.
- *Ratio* is our speed by the peer's, round by round. *GFLOP/s* counts the matrix products of the graph, and *share of peak* is by what the engine reaches on square products.
- *Programs* is how many compiled programs run in one step, or in the generation of one token, and *calls* how often they call the runtime (ONNX Runtime's \`Run\`): a program that works tile by tile calls it for each tile. Beside these calls, JavaScript chooses the next token from the logits, draws the masks of dropout, works out learning rates and clipping, and copies arrays into and out of programs; it runs no operation of a graph.

## Speed

${table(
  [
    "work",
    "threads",
    "ours, tokens/s",
    "peer, tokens/s",
    "ratio",
    "target",
    "met",
    "spread, ours",
    "spread, peer",
    "GFLOP/s",
    "share of peak",
    "programs",
    "calls",
  ],
  measured.map(speedRow),
)}

${missed.length === 0 ? "Every target is met." : `Missed: ${missed.length} of ${measured.length} targets. See below for where the time goes.`}

## Memory

The most that each process has held, its libraries, warm-up and compilation included.

${table(
  ["work", "threads", "ours, MB", "peer, MB", "ratio", "target", "met"],
  measured.map(memoryRow),
)}

## Other engines

<!-- ${enginesMark}: begin -->

${others.trim()}

<!-- ${enginesMark}: end -->

${tried.trim()}
`;
}

function draftNotice(rounds: number): string {
  if (rounds >= fewestRounds) return "";
  return `
**A draft.** Medians of ${rounds} rounds, fewer than the ${fewestRounds} that figures need.
`;
}

/** Ratios stand beside other work, for it hits both; rates are lower bounds. */
function busyNotice(measured: readonly Measured[]): string {
  const most = Math.max(...measured.map(({ busy = 0 }) => busy));
  if (isQuiet(most)) return "";
  return `
**The machine had other work at the same time**, on up to ${percent(most, 0)} of its cores: tokens a second are lower bounds.
`;
}

function speedRow(each: Measured): string[] {
  const { result } = each;
  return [
    each.title,
    String(each.threads),
    count(result.tokensPerSecond),
    count(result.peer.tokensPerSecond),
    `**${result.ratio.toFixed(2)}**`,
    each.ratio.toFixed(1),
    yesNo(isMet(each)),
    spread(result),
    spread(result.peer),
    result.gflops.toFixed(1),
    percent(result.shareOfPeak, 0),
    perStep(each, each.result.programRunsPerUnit),
    perStep(each, each.result.runtimeCallsPerUnit),
  ];
}

function memoryRow(each: Measured): string[] {
  const { peakMemoryBytes, peerPeakMemoryBytes } = each.result;
  const ratio = peakMemoryBytes / peerPeakMemoryBytes;
  return [
    each.title,
    String(each.threads),
    count(peakMemoryBytes / 1e6),
    count(peerPeakMemoryBytes / 1e6),
    ratio.toFixed(2),
    each.memory === null ? "" : each.memory.toFixed(1),
    each.memory === null ? "" : yesNo(ratio <= each.memory),
  ];
}

/** To the digits that the table shows. */
export function isMet({ result, ratio }: Measured): boolean {
  return Number(result.ratio.toFixed(2)) >= ratio;
}

/** Of a step; of generation, a token's: the prompt is one run, which gives the first token. */
function perStep({ args }: Measured, perUnit: number): string {
  const tokens = args[0] === "generate" ? Number(args[args.indexOf("--tokens") + 1]) : 1;
  return String(Number((perUnit / tokens).toFixed(1)));
}

function engines(measured: readonly Measured[]): string {
  return listOf(
    measured.map(({ result }) => result.engine),
    "; ",
  );
}

/** Figures beside several versions of a package name them all. */
function versions(measured: readonly Measured[]): string {
  const all = measured.flatMap(({ result }) => Object.entries(result.peer.versions));
  const names = [...new Set(all.map(([name]) => name))];
  const versionsOf = (name: string) =>
    all.flatMap(([each, version]) => (each === name ? version : []));
  return names
    .map((name) => `${name} ${[...new Set(versionsOf(name))].sort().join(" and ")}`)
    .join(", ");
}

const yesNo = (met: boolean): string => (met ? "yes" : "no");

const count = (value: number): string => countOf(Math.round(value));

function spread({ spread: [lowest, highest] }: { readonly spread: readonly [number, number] }) {
  const beside = (share: number) => percent(share - 1, 0);
  return `${beside(lowest)} to +${beside(highest)}`;
}
