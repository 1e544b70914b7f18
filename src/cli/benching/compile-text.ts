/** What the compiler said of a step's programs, in a terminal. */
import type { CompiledForTarget } from "../../bench/index.ts";
import { formatBytes, formatCount, formatShare } from "../../report/index.ts";
import { aligned, columns } from "../terminal.ts";

type Program = CompiledForTarget["programs"][number];

export function compileText(compiled: CompiledForTarget): string {
  const { work, engine, parameters, programs } = compiled;
  const head = columns([
    ["work", work],
    ["parameters", formatCount(parameters)],
    ["engine", engine],
    ["each card", memoryText(compiled)],
    ["a step", stepText(compiled)],
  ]);
  const table = aligned([titles, ...programs.map(cellsOf)]);
  return [head, "", table, ...exchangesText(programs)].join("\n");
}

const titles = [
  "program",
  "operations",
  "compiled in",
  "runs a step",
  "arguments",
  "of them updated",
  "temporary",
  "GFLOP",
  "reads and writes",
];

function cellsOf(report: Program) {
  const { program, operations, seconds, runs, memory, flops, bytesAccessed } = report;
  return [
    program,
    formatCount(operations),
    `${seconds.toFixed(1)} s`,
    formatCount(runs),
    formatBytes(memory.arguments),
    formatBytes(memory.aliased),
    formatBytes(memory.temporary),
    formatCount(flops / 1e9),
    formatBytes(bytesAccessed),
  ];
}

/** The program that needs the most decides; what the others keep alive beside it is not in it. */
function memoryText({ programs, target }: CompiledForTarget): string {
  const needs = programs.map(
    ({ memory }) => memory.arguments + memory.outputs - memory.aliased + memory.temporary,
  );
  const most = Math.max(0, ...needs);
  return `${formatBytes(most)} in the largest program, ${formatShare(most / target.memory)} of ${target.device}`;
}

function stepText({ estimate: { computing, exchanging }, precision }: CompiledForTarget): string {
  const milliseconds = (seconds: number) => `${(1000 * seconds).toPrecision(3)} ms`;
  const least = `${milliseconds(computing)} at the card's peak in ${precision} and its memory's`;
  if (exchanging === 0) return least;
  const share = formatShare(exchanging / (computing + exchanging));
  return `${least}, and ${milliseconds(exchanging)} (${share}) by its links where nothing overlaps`;
}

/** As `7 all-reduce among 8: 498 MB, each card sends 871 MB`. */
function exchangesText(programs: readonly Program[]): string[] {
  return programs.flatMap(({ program, collectives }) =>
    collectives.map(
      ({ kind, devices, count, bytes, sentBytes }) =>
        `${program}: ${count} ${kind} among ${devices}: ${formatBytes(bytes)}, each card sends ${formatBytes(sentBytes)}`,
    ),
  );
}
