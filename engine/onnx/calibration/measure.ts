/**
 * Which sizes are fastest here. Candidates do the same small work in turn, so that whatever else the
 * machine does hits all of them, and the fastest round of each counts, which it hits least. What is built
 * in stays unless another is faster by more than such rounds differ.
 */
import type { Buffer, EngineSizes } from "../../engine.ts";
import { sizeOf } from "../../graph/index.ts";
import { OnnxEngine } from "../onnx-engine.ts";
import { type SizeName, tuningOf } from "../sizes.ts";
import { tuningFor } from "../tuning.ts";
import { chainWork, productsWork, updateWork, type Work } from "./works.ts";

const rounds = 5;
/** A candidate's time by that of what is built in, from which it is taken. */
const worthTaking = 0.94;

/** Those in which this machine differs from what is built in; takes a second or two. */
export function measureSizes(threads: number): EngineSizes {
  const { loops, tiles } = tuningFor(threads);
  const scaled = (name: SizeName, size: number, factors: readonly number[]) =>
    factors.map((factor) => ({ [name]: factor * size }));
  const found = [
    fastest(threads, updateWork(), scaled("tiles.tileElements", tiles.tileElements, [0.5, 2])),
    fastest(threads, chainWork(), [
      ...scaled("loops.blockElements", loops.blockElements, [0.5, 2]),
      { "loops.sumsRows": Number(!loops.sumsRows) },
    ]),
    fastest(threads, productsWork(), [{ "layout.blocked": 0 }]),
  ];
  return Object.assign({}, ...found) as EngineSizes;
}

/** The candidate to take; no sizes where none is worth it. */
function fastest(threads: number, work: Work, candidates: readonly EngineSizes[]): EngineSizes {
  const contestants = [{}, ...candidates].map((sizes) => contestant(threads, work, sizes));
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const each of contestants) each.run(round > 0);
    }
  } finally {
    for (const each of contestants) each.dispose();
  }
  const [builtIn, ...others] = contestants;
  const best = others.reduce((a, b) => (b.shortest() < a.shortest() ? b : a));
  return best.shortest() < worthTaking * builtIn!.shortest() ? best.sizes : {};
}

interface Contestant {
  readonly sizes: EngineSizes;
  /** Of the rounds that count, in milliseconds. */
  shortest(): number;
  run(counts: boolean): void;
  dispose(): void;
}

function contestant(threads: number, { graph, donate }: Work, sizes: EngineSizes): Contestant {
  const engine = new OnnxEngine({ threads, tuning: tuningOf(threads, sizes) });
  const program = engine.compile(graph, { name: "sizes", donate });
  const inputs: Record<string, Buffer> = {};
  for (const [name, { type }] of graph.inputs) {
    inputs[name] = engine.buffer(type);
    inputs[name].fill((elements) => {
      for (let i = 0; i < sizeOf(type.shape); i++) elements[i] = 0.5 + (i % 7) / 16;
    });
  }
  const outputs: Record<string, Buffer> = {};
  for (const [name, { type }] of graph.outputs) {
    const donor = donate[name];
    outputs[name] = donor === undefined ? engine.buffer(type) : inputs[donor]!;
  }
  let shortest = Number.POSITIVE_INFINITY;
  return {
    sizes,
    shortest: () => shortest,
    run(counts) {
      const began = performance.now();
      program.run(inputs, outputs);
      if (counts) shortest = Math.min(shortest, performance.now() - began);
    },
    dispose: () => engine.dispose(),
  };
}
