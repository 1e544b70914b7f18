/** Where the time goes: the traces that an engine's programs leave, as a table and as one trace. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { BenchError } from "./errors.ts";

export interface OperationTime {
  /** As the runtime calls it: `FusedMatMul`. */
  readonly operation: string;
  readonly calls: number;
  readonly milliseconds: number;
  /** Of all operations' time, 0 to 1. */
  readonly share: number;
}

const eventSchema = z.looseObject({
  cat: z.string(),
  name: z.string(),
  ph: z.string(),
  ts: z.number(),
  dur: z.number(),
  args: z.looseObject({ op_name: z.string().optional() }),
});

type TraceEvent = z.infer<typeof eventSchema>;

export interface ProgramTrace {
  readonly program: string;
  readonly events: readonly TraceEvent[];
}

/** Of {@link measurePeak}'s programs, which are no part of the work. */
const peakPrograms = /^peak-/;

/**
 * The traces of an engine that was started with this profile folder and is disposed.
 * @throws BenchError when a trace is damaged.
 */
export function readTraces(folder: string): ProgramTrace[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && !peakPrograms.test(name))
    .sort()
    .map((name) => ({ program: programOf(name), events: readTrace(join(folder, name)) }));
}

function readTrace(file: string): TraceEvent[] {
  try {
    return z.array(eventSchema).parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new BenchError(`${file}: no trace of a program`, { cause });
  }
}

/** Traces are named `backward-8x256.3_<date>.json`. */
function programOf(file: string): string {
  return basename(file).replace(/\.\d+_[^_].*$/, "");
}

const kernel = "_kernel_time";

/** By operation, the costliest first. What an operation runs within itself counts for that alone. */
export function operationTimes(traces: readonly ProgramTrace[]): OperationTime[] {
  const times = new Map<string, { calls: number; microseconds: number }>();
  let total = 0;
  for (const { operation, microseconds } of traces.flatMap(({ events }) => ownTimes(events))) {
    const known = times.get(operation) ?? { calls: 0, microseconds: 0 };
    known.calls++;
    known.microseconds += microseconds;
    times.set(operation, known);
    total += microseconds;
  }
  return [...times]
    .map(([operation, { calls, microseconds }]) => ({
      operation,
      calls,
      milliseconds: microseconds / 1000,
      share: microseconds / total,
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

interface OwnTime {
  readonly operation: string;
  readonly end: number;
  microseconds: number;
}

/** A loop's event spans those of its body, which are taken from its time. */
function ownTimes(events: readonly TraceEvent[]): OwnTime[] {
  const kernels = events
    .filter(({ cat, name }) => cat === "Node" && name.endsWith(kernel))
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
  const open: OwnTime[] = [];
  return kernels.map(({ name, ts, dur, args }) => {
    const operation = args.op_name ?? name.slice(0, -kernel.length);
    const own = { operation, end: ts + dur, microseconds: dur };
    while (open.length > 0 && open.at(-1)!.end < own.end) open.pop();
    const around = open.at(-1);
    if (around !== undefined) around.microseconds -= dur;
    open.push(own);
    return own;
  });
}

/**
 * One trace for chrome://tracing or ui.perfetto.dev. Each program is a process in it, whose clock
 * starts when the program was compiled.
 */
export function writeTrace(traces: readonly ProgramTrace[], file: string): void {
  const events = traces.flatMap(({ program, events }, pid) => [
    { name: "process_name", ph: "M", pid, args: { name: program } },
    ...events.map((event) => ({ ...event, pid })),
  ]);
  writeFileSync(file, JSON.stringify({ traceEvents: events, displayTimeUnit: "ms" }));
}
