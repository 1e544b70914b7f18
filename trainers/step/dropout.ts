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
  type Value,
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

/** Before the number of an input of raw bytes. */
const noisePrefix = "noise/";

/**
 * NEFTune's noise on the embeddings (Jain et al. 2023, arXiv 2310.05914), as transformers adds it:
 * uniform between plus and minus `alpha / sqrt(length * width)`, here of 256 levels.
 */
export function noiseInputs(graph: Graph, alpha: number): (embedded: Value) => Value {
  return (embedded) => {
    const [, length = 1, width = 1] = embedded.shape;
    const bytes = graph.input(`${noisePrefix}${graph.inputs.size}`, embedded.shape, "uint8");
    const size = alpha / Math.sqrt(length * width) / 127.5;
    return ops.add(embedded, ops.multiply(ops.subtract(ops.cast(bytes, "float32"), 127.5), size));
  };
}

/** The masks of a graph built with {@link dropoutInputs} or {@link noiseInputs}. */
export class DropoutMasks {
  readonly buffers: Readonly<Record<string, Buffer>>;

  constructor(engine: Engine, graph: Graph) {
    const types: [string, TensorType][] = [...graph.inputs]
      .filter(([name]) => name.startsWith(maskPrefix) || name.startsWith(noisePrefix))
      .map(([name, value]) => [name, value.type]);
    this.buffers = Object.fromEntries(types.map(([name, type]) => [name, engine.buffer(type)]));
  }

  /** Draws every mask anew. */
  draw(seed: string): void {
    const random = randomBytes(seed);
    for (const [name, buffer] of Object.entries(this.buffers)) {
      const mask = new Uint8Array(sizeOf(buffer.type.shape));
      if (name.startsWith(noisePrefix)) {
        fillWithBytes(mask, random);
        buffer.write(mask);
        continue;
      }
      // Bytes below the threshold are dropped: the rate is exact to 1/256.
      const threshold = Math.round(Number(name.split("/")[1]) * 256);
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

function fillWithBytes(target: Uint8Array, random: () => number): void {
  for (let i = 0; i < target.length; i += 4) {
    const bytes = random();
    for (let part = 0; part < 4; part++) target[i + part] = (bytes >>> (8 * part)) & 255;
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
