/** The machine's report in a terminal. */
import { formatBytes } from "../../report/index.ts";
import { columns } from "../terminal.ts";
import type { EngineReport, MachineReport } from "./examine.ts";

export function machineText(machine: MachineReport): string {
  const { node, nvidia } = machine;
  const list = (names: readonly string[]) => (names.length === 0 ? "none found" : names.join("; "));
  const facts: [string, string][] = [
    ["Node", `${node.version}${node.supported ? "" : " (too old: 20.9 or later is needed)"}`],
    ["platform", machine.platform],
    ["processor", `${machine.processor}, ${machine.cores} cores`],
    [
      "memory",
      `${formatBytes(machine.memoryBytes)}, ${formatBytes(machine.freeMemoryBytes)} of it free`,
    ],
    ["NVIDIA GPUs", list(nvidia.gpus)],
    ["CUDA runtime", list(nvidia.cuda)],
    ["cuDNN", list(nvidia.cudnn)],
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
  return [
    "machine",
    columns(facts),
    "",
    "engines",
    columns(engines),
    `  ${choice}`,
    ...advice,
  ].join("\n");
}

function engineText({ summary, gflops, reason }: EngineReport): string {
  if (summary === null || gflops === null) return reason ?? "does not start";
  const digits = gflops < 10 ? 2 : 0;
  return `${summary}: ${gflops.toFixed(digits)} GFLOP/s on matrix products`;
}
