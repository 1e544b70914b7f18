/** Models and other systems, judged by all metrics on the captions of a benchmark. */
export type { Benchmark, BenchmarkItem } from "./benchmark/benchmark.ts";
export { readBenchmark } from "./benchmark/read-benchmark.ts";
export { type Judged, type JudgeOptions, judgeSystems } from "./judge-systems.ts";
export { type FoundDrawing, foundDrawings } from "./systems/found-drawings.ts";
export {
  type FoundSystem,
  type ModelSystem,
  type NamedSystem,
  namedSystem,
} from "./systems/named-system.ts";
export type { JudgementFiles } from "./write.ts";
