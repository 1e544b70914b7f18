/**
 * Dropout whose masks are inputs of the program: drawn by the host from a seed, so that a step is the
 * same whatever engine runs it, and a resumed run draws what the run before it would have drawn.
 */
import seedrandom from "seedrandom";
import {
  type Buffer,
  type Engine,
  type Graph,
  ops,
  sizeOf,
  type TensorType,
} from "../../engine/index.ts";
import type { Dropout } from "../../models/index.ts";

/** Before the rate and a number, as `dropout/0.1/3`. */
const maskPrefix = "dropout/";

/** Adds a mask input for each place that drops. @param rate share of elements to drop, 0 to 1. */
export function dropoutInputs(graph: Graph, rate: number): Dropout {
  return (x) => {
    const name = `${maskPrefix}${rate}/${graph.inputs.size}`;
    const mask = graph.input(name, x.shape, "uint8");
    return ops.multiply(x, ops.multiply(ops.cast(mask, "float32"), 1 / (1 - rate)));
  };
}

/** The masks of a graph built with {@link dropoutInputs}. */
export class DropoutMasks {
  readonly buffers: Readonly<Record<string, Buffer>>;

  constructor(engine: Engine, graph: Graph) {
    const types: [string, TensorType][] = [...graph.inputs]
      .filter(([name]) => name.startsWith(maskPrefix))
      .map(([name, value]) => [name, value.type]);
    this.buffers = Object.fromEntries(types.map(([name, type]) => [name, engine.buffer(type)]));
  }

  /** Draws every mask anew. */
  draw(seed: string): void {
    const random = randomBytes(seed);
    for (const [name, buffer] of Object.entries(this.buffers)) {
      // Bytes below the threshold are dropped: the rate is exact to 1/256.
      const threshold = Math.round(Number(name.split("/")[1]) * 256);
      const mask = new Uint8Array(sizeOf(buffer.type.shape));
      for (let i = 0; i < mask.length; i += 4) {
        const bytes = random();
        mask[i] = (bytes & 255) < threshold ? 0 : 1;
        mask[i + 1] = ((bytes >>> 8) & 255) < threshold ? 0 : 1;
        mask[i + 2] = ((bytes >>> 16) & 255) < threshold ? 0 : 1;
        mask[i + 3] = bytes >>> 24 < threshold ? 0 : 1;
      }
      buffer.write(mask);
    }
  }

  dispose(): void {
    for (const buffer of Object.values(this.buffers)) buffer.dispose();
  }
}

/** Four random bytes a call, as a 32-bit integer (xoshiro128**, Blackman and Vigna 2018). */
function randomBytes(seed: string): () => number {
  const seeded = seedrandom(seed);
  let [a, b, c, d] = [seeded.int32(), seeded.int32(), seeded.int32(), seeded.int32()];
  return () => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}
