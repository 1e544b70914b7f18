/**
 * Trains the quickstart's decoder in this process and prints, as a line of JSON, what it holds when it
 * has settled and when it has made all steps.
 *
 *   node --expose-gc resident.ts ROWS LENGTH SETTLING STEPS
 */

import { type EngineMemory, startEngine } from "../../../engine/index.ts";
import { benchShape, trainWorkload } from "../../../src/bench/index.ts";

export interface Held {
  readonly tensors: EngineMemory;
  readonly residentBytes: number;
}

export interface Resident {
  readonly settled: Held;
  readonly after: Held;
}

/** Garbage is collected as often while memory settles as later: what V8 keeps for it depends on that. */
const stepsBetweenCollections = 10;

const [rows, contextLength, settling, steps] = process.argv.slice(2).map(Number) as [
  ...[rows: number, contextLength: number, settling: number, steps: number],
];
const { engine } = await startEngine("onnx", { threads: 1 });
const { decoder, ...shape } = benchShape("quickstart");
const workload = trainWorkload(
  engine,
  { ...shape, decoder: { ...decoder, contextLength }, batch: rows },
  { adapters: false },
);

function heldAfter(count: number): Held {
  for (let made = 0; made < count; made += stepsBetweenCollections) {
    workload.run(stepsBetweenCollections);
    globalThis.gc!();
  }
  return { tensors: engine.memory(), residentBytes: process.memoryUsage.rss() };
}

const resident: Resident = { settled: heldAfter(settling), after: heldAfter(steps) };
console.log(JSON.stringify(resident));
engine.dispose();
