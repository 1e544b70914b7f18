/**
 * Which size of tiles is fastest here. Candidates do the same work in turn, so that whatever else the
 * machine does hits all of them, and the fastest round of each counts, which it hits least. What is built
 * in stays unless another is faster by more than such rounds differ.
 */
import type { Buffer } from "../../engine.ts";
import { sizeOf } from "../../graph/index.ts";
import { OnnxEngine } from "../onnx-engine.ts";
import { tuningFor } from "../tuning.ts";
import { updateWork, type Work, workElements } from "./work.ts";

const rounds = 5;
/** A candidate's time by that of what is built in, from which it is taken. */
const worthTaking = 0.94;

/**
 * What is built in, and its half and double where the work has another number of tiles by them. All are
 * multiples of a processor's vectors, so that an element is computed by the same instructions.
 */
export function tileCandidates(threads: number): readonly number[] {
  const built = tuningFor(threads).tiles.tileElements;
  const tilesOf = (size: number) => Math.ceil(workElements(threads) / size);
  const others = [built / 2, built * 2].filter((size) => tilesOf(size) !== tilesOf(built));
  return [built, ...others];
}

/** Elements of the fastest tile; takes a second or so. @throws EngineError where there is no memory. */
export function measureTile(threads: number): number {
  const candidates = tileCandidates(threads);
  if (candidates.length === 1) return candidates[0]!;
  const work = updateWork(threads);
  const engines: OnnxEngine[] = [];
  try {
    for (const each of candidates) {
      engines.push(new OnnxEngine({ threads, tuning: tuningFor(threads, each) }));
    }
    const [builtIn, ...others] = shortestTimes(engines, work) as [number, ...number[]];
    const best = Math.min(...others);
    return best < worthTaking * builtIn ? candidates[1 + others.indexOf(best)]! : candidates[0]!;
  } finally {
    for (const engine of engines) engine.dispose();
  }
}

/** By engine, in milliseconds. */
function shortestTimes(engines: readonly OnnxEngine[], work: Work): number[] {
  const { inputs, outputs } = buffersOf(engines[0]!, work);
  const programs = engines.map((engine) =>
    engine.compile(work.graph, { name: "tiles", donate: work.donate }),
  );
  const shortest = programs.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, program] of programs.entries()) {
      const began = performance.now();
      program.run(inputs, outputs);
      // The first round makes the tiles.
      if (round > 0) shortest[i] = Math.min(shortest[i]!, performance.now() - began);
    }
  }
  return shortest;
}

/** Host memory, which programs of all of the engines can use. */
function buffersOf(engine: OnnxEngine, { graph, donate }: Work) {
  const inputs: Record<string, Buffer> = {};
  for (const [name, { type }] of graph.inputs) {
    inputs[name] = engine.buffer(type);
    inputs[name].fill((elements) => {
      for (let i = 0; i < sizeOf(type.shape); i++) elements[i] = 0.5 + (i % 7) / 16;
    });
  }
  const outputs = Object.fromEntries(
    Object.entries(donate).map(([name, donor]) => [name, inputs[donor]!]),
  );
  return { inputs, outputs };
}
