/**
 * Every rank makes the whole update: gradients are added up in buckets, and each optimiser does the same
 * with the same sums. In one process this is the optimiser alone.
 *
 * The backward pass is one compiled program whose gradients are all there when it ends, so that nothing
 * can be sent while it goes on: sums are made after it.
 */
import { type Communicator, sumOf } from "../../distributed/index.ts";
import { type Buffer, type Engine, sizeOf, type TensorData } from "../../engine/index.ts";
import { makeOptimizer, type OptimizerOptions } from "../optimisers/make-optimizer.ts";
import type { OptimisedParameter, Optimizer } from "../optimisers/optimizer.ts";
import { GradientNorm } from "../step/gradient-norm.ts";
import { pack, planBuckets, type Segment, sizeOfBucket, unpack } from "./buckets.ts";
import { HostArrays } from "./host-arrays.ts";
import type { ParallelOptions } from "./options.ts";
import type { Update } from "./update.ts";

type Gradients = Readonly<Record<string, Buffer>>;

export class ReplicatedUpdate implements Update {
  readonly #communicator: Communicator;
  readonly #gradients: Gradients;
  readonly #arrays: HostArrays;
  readonly #buckets: readonly Segment[][];
  /** For buckets of several tensors. */
  readonly #packed: Float32Array;
  readonly #norm: GradientNorm;
  readonly #optimizer: Optimizer;

  constructor(
    engine: Engine,
    parameters: readonly OptimisedParameter[],
    gradients: Gradients,
    optimizer: OptimizerOptions,
    { communicator, bucketBytes }: ParallelOptions,
  ) {
    this.#communicator = communicator;
    this.#gradients = gradients;
    const isAlone = communicator.size === 1;
    const buffers = isAlone ? [] : Object.values(gradients);
    this.#arrays = new HostArrays(buffers);
    const lengths = buffers.map(({ type }) => sizeOf(type.shape));
    this.#buckets = planBuckets(lengths, Math.floor(bucketBytes / 4));
    const packed = this.#buckets.filter((bucket) => bucket.length > 1).map(sizeOfBucket);
    this.#packed = new Float32Array(Math.max(0, ...packed));
    this.#norm = new GradientNorm(engine, gradients);
    this.#optimizer = makeOptimizer(engine, parameters, optimizer);
  }

  get steps(): number {
    return this.#optimizer.steps;
  }

  reduce(): void {
    const arrays = this.#arrays.read();
    for (const bucket of this.#buckets) {
      const [first] = bucket;
      if (first !== undefined && bucket.length === 1) {
        const { tensor, from, to } = first;
        this.#communicator.allReduce(arrays[tensor]!.subarray(from, to));
        continue;
      }
      const packed = this.#packed.subarray(0, sizeOfBucket(bucket));
      pack(bucket, arrays, packed);
      this.#communicator.allReduce(packed);
      unpack(bucket, packed, arrays);
    }
    this.#arrays.write(arrays);
  }

  norm(): number {
    const own = this.#norm.measure();
    // Processors of different kinds may round differently: one of them says what is clipped by.
    const [norm] = sumOf(this.#communicator, [this.#communicator.rank === 0 ? own : 0]);
    return norm;
  }

  step(learningRate: number, gradientScale: number): void {
    this.#optimizer.step(this.#gradients, learningRate, gradientScale);
  }

  state(): Map<string, Buffer> {
    return this.#optimizer.state();
  }

  restore(steps: number, read: (name: string) => TensorData): void {
    this.#optimizer.restore(steps, read);
  }

  dispose(): void {
    this.#norm.dispose();
    this.#optimizer.dispose();
  }
}
