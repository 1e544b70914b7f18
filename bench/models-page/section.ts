/** What docs/models.md says of memory and speed. */

import { benchShape } from "../../src/bench/index.ts";
import { formatBytes, formatCount } from "../../src/report/index.ts";
import { table } from "../table.ts";
import type { Kept } from "./measure.ts";
import { adapterRank, type Measurement, newTokens, promptTokens } from "./measurements.ts";

export type Measured = Measurement & Kept;

/** The page with another text between the marks of that name. @throws Error when it has none. */
export function withSection(page: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/models.md: needs ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${section}\n\n${page.slice(to)}`;
}

export function measuredSection(measured: readonly Measured[], busy: boolean): string {
  const dates = [...new Set(measured.map(({ date }) => date))].sort().join(", ");
  const machines = [...new Set(measured.map(({ machine }) => machine))].join("; ");
  const engines = [...new Set(measured.map(({ result }) => result.engine))].join("; ");
  return `Measured on ${dates} (${machines}; ${engines})${busy ? ". **The machine had other work at the same time, so speeds are lower bounds and vary; memory is not affected.**" : ", with no other work on the machine."}

### Adapters of rank ${adapterRank} on every linear layer

A step is forward, backward, clipping and AdamW.

${trainingTable(measured.filter(({ kind }) => kind === "lora"))}

### Generation

Sequences continued greedily after a prompt of ${promptTokens} tokens; tokens a second are those of all together.

${generationTable(measured.filter(({ kind }) => kind === "generate"))}`;
}

function trainingTable(rows: readonly Measured[]): string {
  return table(
    ["shape", "tokens of a step", "base kept as", "planned", "measured", "a step", "tokens/s"],
    rows.map(({ shape, weightDtype, sequences, planned, result }) => {
      const { decoder } = benchShape(shape);
      return [
        shape,
        `${sequences} x ${formatCount(decoder.contextLength)}`,
        weightDtype,
        formatBytes(planned),
        formatBytes(result.peakMemoryBytes),
        `${result.secondsPerUnit.toFixed(1)} s`,
        result.tokensPerSecond.toFixed(0),
      ];
    }),
  );
}

function generationTable(rows: readonly Measured[]): string {
  return table(
    ["shape", "sequences x new tokens", "weights kept as", "planned", "measured", "tokens/s"],
    rows.map(({ shape, weightDtype, sequences, planned, result }) => [
      shape,
      `${sequences} x ${newTokens[shape]}`,
      weightDtype,
      formatBytes(planned),
      formatBytes(result.peakMemoryBytes),
      result.tokensPerSecond.toFixed(1),
    ]),
  );
}
