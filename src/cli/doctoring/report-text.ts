/** The machine's report in a terminal. */
import type { EngineReport, Finding, MachineReport, ProcessesReport } from "../../doctor/index.ts";
import { formatBytes } from "../../report/index.ts";
import { columns } from "../terminal.ts";

export function machineText(machine: MachineReport): string {
  const { node, findings } = machine;
  const facts: [string, string][] = [
    ["Node", `${node.version}${node.supported ? "" : " (too old: 20.9 or later is needed)"}`],
    ["platform", machine.platform],
    ["processor", `${machine.processor}, ${machine.cores} cores`],
    [
      "memory",
      `${formatBytes(machine.memoryBytes)}, ${formatBytes(machine.freeMemoryBytes)} of it free`,
    ],
  ];
  const engines = machine.engines.map((engine): [string, string] => [
    `${engine.starts ? "✓" : "–"} ${engine.name}`,
    engineText(engine),
  ]);
  const choice =
    machine.automatic === null
      ? "no engine starts, so nothing can be trained here"
      : `engine: auto takes ${machine.automatic}`;
  const advice = machine.advice.map((line) => `  → ${line}`);
  const needs = [...new Set(findings.map(({ engine }) => engine))].flatMap((engine) => [
    "",
    `what the engine ${engine} needs`,
    needsText(findings.filter((finding) => finding.engine === engine)),
  ]);
  return [
    "machine",
    columns(facts),
    "",
    "engines",
    columns(engines),
    `  ${choice}`,
    ...advice,
    "",
    "several processes (only where you want them: docs/distributed.md)",
    columns(processesText(machine.processes)),
    ...needs,
  ].join("\n");
}

function engineText({ summary, gflops, reason }: EngineReport): string {
  if (summary === null || gflops === null) return reason ?? "does not start";
  const digits = gflops < 10 ? 2 : 0;
  return `${summary}: ${gflops.toFixed(digits)} GFLOP/s on matrix products`;
}

function processesText(processes: ProcessesReport): [string, string][] {
  const { libraries, refused, launcher, next } = processes;
  const [found = "no MPI library", ...others] = libraries;
  return [
    [`${libraries.length > 0 ? "✓" : "–"} MPI`, [found, ...others].join("; ")],
    ...refused.map((text): [string, string] => ["✗ not used", text]),
    [`${launcher === null ? "–" : "✓"} launcher`, launcher ?? "neither mpirun nor srun"],
    ...(next === null ? [] : [["", `→ ${next}`] as [string, string]]),
  ];
}

const marks: Readonly<Record<Finding["status"], string>> = {
  ok: "✓",
  missing: "✗",
  broken: "✗",
  unknown: "–",
};

/** A line a finding, under it what TensorFlow wrote, and what to do about it. */
function needsText(findings: readonly Finding[]): string {
  const rows = findings.flatMap(({ subject, status, summary, next, said }): [string, string][] => [
    [`${marks[status]} ${subject}`, summary],
    ...(said ?? []).map((line): [string, string] => ["", `| ${line}`]),
    ...(next === null ? [] : [["", `→ ${next}`] as [string, string]]),
  ]);
  return columns(rows);
}
