/** What docs/models.md says of memory and speed. */

import { benchShape } from "../../src/bench/index.ts";
import { formatBytes, formatCount } from "../../src/report/index.ts";
import type { Kept } from "../measuring/kept.ts";
import { isQuiet } from "../measuring/machine.ts";
import { listOf, table } from "../measuring/page.ts";
import {
  adapterRank,
  type Measurement,
  newTokens,
  promptTokens,
  type Result,
} from "./measurements.ts";

type Measured = Measurement & Kept<Result>;

export function measuredSection(measured: readonly Measured[]): string {
  const dates = listOf(measured.map(({ date }) => date));
  const names = (name: (each: Measured) => string) => listOf(measured.map(name), "; ");
  const machines = names(({ machine }) => machine);
  const engines = names(({ result }) => result.engine);
  const busy = measured.some((each) => !isQuiet(each.busy));
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
