/**
 * The peak of an engine on this machine: what it reaches on large square matrix products, the measure
 * for the share of the peak that training reaches.
 */
import type { Engine } from "../engine.ts";
import { Graph } from "../graph/index.ts";
import { matmul } from "../ops/index.ts";

/** The product grows until one takes this long, or is as large as it gets. */
const longEnoughSeconds = 0.01;
const sizes = [64, 128, 256, 512, 1024];
const measuringSeconds = 0.4;

const measured = new Map<string, number>();

/** Floating-point operations per second, measured once for a kind of engine in a process. */
export function measurePeak(engine: Engine): number {
  const { summary } = engine.describe();
  const known = measured.get(summary);
  if (known !== undefined) return known;
  let peak = 0;
  for (const size of sizes) {
    const { seconds, flops } = measureProduct(engine, size);
    peak = flops / seconds;
    if (seconds > longEnoughSeconds) break;
  }
  measured.set(summary, peak);
  return peak;
}

/** The shortest of several runs: the others were disturbed. */
function measureProduct(engine: Engine, size: number): { seconds: number; flops: number } {
  const graph = new Graph();
  const [a, b] = [graph.input("a", [size, size]), graph.input("b", [size, size])];
  graph.output("c", matmul(a, b));
  const program = engine.compile(graph, { name: `peak ${size}` });
  const type = { dtype: "float32", shape: [size, size] } as const;
  const buffers = [1, 2, 3].map(() => engine.buffer(type));
  const [bufferA, bufferB, bufferC] = buffers;
  const run = () => program.run({ a: bufferA!, b: bufferB! }, { c: bufferC! });
  // The first takes long where a library loads its kernels then.
  run();
  let shortest = Number.POSITIVE_INFINITY;
  const started = performance.now();
  do {
    const before = performance.now();
    run();
    shortest = Math.min(shortest, (performance.now() - before) / 1000);
  } while (performance.now() - started < (1000 * measuringSeconds) / sizes.length);
  for (const each of [program, ...buffers]) each.dispose();
  return { seconds: shortest, flops: 2 * size ** 3 };
}
