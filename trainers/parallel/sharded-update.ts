/**
 * Every rank updates a part of the parameters, keeps the optimiser's state of that part alone, and gives
 * what it updated to the others: ZeRO-1 (Rajbhandari et al. 2020, arXiv 1910.02054, stage P_os). Gradients
 * are reduced and scattered, parameters gathered, which together sends as much as adding up all gradients.
 */
import { type Communicator, sumOf } from "../../distributed/index.ts";
import { type Buffer, type Engine, sizeOf, type TensorData } from "../../engine/index.ts";
import { makeOptimizer, type OptimizerOptions } from "../optimisers/make-optimizer.ts";
import type { OptimisedParameter, Optimizer } from "../optimisers/optimizer.ts";
import { GradientNorm } from "../step/gradient-norm.ts";
import { pack, planBuckets, type Segment, sizeOfBucket, unpack } from "./buckets.ts";
import { HostArrays } from "./host-arrays.ts";
import type { ParallelOptions } from "./options.ts";
import { gatherState } from "./sharded-state.ts";
import { cutsParameters, planShards } from "./shards.ts";
import type { SavedTensor, Update } from "./update.ts";

type Gradients = Readonly<Record<string, Buffer>>;

/** What one call reduces or gathers: a bucket of each rank's part. */
interface Round {
  readonly buckets: readonly (readonly Segment[])[];
  readonly counts: Int32Array;
  /** This rank's bucket, as segments of its own pieces. */
  readonly own: readonly Segment[];
}

/** A segment that this rank updates, in tensors of its own where it is no whole parameter. */
interface Piece extends OptimisedParameter {
  readonly segment: Segment;
  readonly isWhole: boolean;
  readonly gradient: Buffer;
}

export class ShardedUpdate implements Update {
  readonly #communicator: Communicator;
  readonly #parameters: readonly OptimisedParameter[];
  readonly #rounds: readonly Round[];
  readonly #pieces: readonly Piece[];
  readonly #isCut: boolean;
  readonly #whole: { readonly gradients: HostArrays; readonly parameters: HostArrays };
  readonly #own: { readonly gradients: HostArrays; readonly parameters: HostArrays };
  /** All ranks' parts of a round, and this rank's. */
  readonly #all: Float32Array;
  readonly #part: Float32Array;
  readonly #norm: GradientNorm | null;
  readonly #optimizer: Optimizer;

  constructor(
    engine: Engine,
    parameters: readonly OptimisedParameter[],
    gradients: Gradients,
    optimizer: OptimizerOptions,
    { communicator, bucketBytes }: ParallelOptions,
  ) {
    const { size, rank } = communicator;
    const { name = "adamw" } = optimizer;
    this.#communicator = communicator;
    this.#parameters = parameters;
    this.#isCut = cutsParameters(name);
    const lengths = parameters.map(({ buffer }) => sizeOf(buffer.type.shape));
    const shards = planShards(lengths, size, name);
    this.#rounds = planRounds(shards, rank, Math.floor(bucketBytes / 4 / size));
    this.#pieces = shards[rank]!.map((segment) =>
      pieceOf(engine, parameters[segment.tensor]!, gradients, segment),
    );
    this.#whole = {
      gradients: new HostArrays(parameters.map(({ name }) => gradients[name]!)),
      parameters: new HostArrays(parameters.map(({ buffer }) => buffer)),
    };
    this.#own = {
      gradients: new HostArrays(this.#pieces.map(({ gradient }) => gradient)),
      parameters: new HostArrays(this.#pieces.map(({ buffer }) => buffer)),
    };
    const largest = (values: readonly number[]) => Math.max(0, ...values);
    const totals = this.#rounds.map(({ counts }) => counts.reduce((sum, each) => sum + each, 0));
    this.#all = new Float32Array(largest(totals));
    this.#part = new Float32Array(largest(this.#rounds.map(({ counts }) => counts[rank]!)));
    this.#norm =
      this.#pieces.length === 0 ? null : new GradientNorm(engine, this.#pieceGradients());
    this.#optimizer = makeOptimizer(engine, this.#pieces, optimizer);
  }

  get steps(): number {
    return this.#optimizer.steps;
  }

  reduce(): void {
    const whole = this.#whole.gradients.read();
    const own = this.#own.gradients.read();
    for (const { buckets, counts, own: bucketOfOwn } of this.#rounds) {
      const [all, part] = this.#staging(counts);
      let at = 0;
      for (const bucket of buckets) {
        const length = sizeOfBucket(bucket);
        pack(bucket, whole, all.subarray(at, at + length));
        at += length;
      }
      this.#communicator.reduceScatter(all, counts, part);
      unpack(bucketOfOwn, part, own);
    }
    this.#own.gradients.write(own);
  }

  norm(): number {
    const own = this.#norm?.measure() ?? 0;
    const [squares] = sumOf(this.#communicator, [own * own]);
    return Math.sqrt(squares);
  }

  step(learningRate: number, gradientScale: number): void {
    this.#optimizer.step(this.#pieceGradients(), learningRate, gradientScale);
    const whole = this.#whole.parameters.read();
    const own = this.#own.parameters.read();
    for (const { buckets, counts, own: bucketOfOwn } of this.#rounds) {
      const [all, part] = this.#staging(counts);
      pack(bucketOfOwn, own, part);
      this.#communicator.allGather(part, counts, all);
      let at = 0;
      for (const bucket of buckets) {
        const length = sizeOfBucket(bucket);
        unpack(bucket, all.subarray(at, at + length), whole);
        at += length;
      }
    }
    this.#whole.parameters.write(whole);
  }

  state(): Map<string, SavedTensor> {
    const shapeOf = (name: string) =>
      this.#parameters.find((parameter) => parameter.name === name)!.buffer.type.shape;
    return gatherState(
      this.#communicator,
      this.#optimizer.state(),
      this.#isCut ? (name) => shapeOf(parameterOf(name)) : null,
    );
  }

  restore(steps: number, read: (name: string) => TensorData): void {
    for (const { buffer, segment, isWhole } of this.#pieces) {
      if (isWhole) continue;
      const { tensor, from, to } = segment;
      buffer.write(this.#parameters[tensor]!.buffer.read().slice(from, to));
    }
    const segments = new Map(this.#pieces.map(({ name, segment }) => [name, segment]));
    this.#optimizer.restore(steps, (name) => {
      if (!this.#isCut) return read(name);
      const { from, to } = segments.get(parameterOf(name))!;
      return read(name).slice(from, to);
    });
  }

  dispose(): void {
    this.#norm?.dispose();
    this.#optimizer.dispose();
    for (const { isWhole, buffer, gradient } of this.#pieces) {
      if (isWhole) continue;
      buffer.dispose();
      gradient.dispose();
    }
  }

  #staging(counts: Int32Array): [all: Float32Array, part: Float32Array] {
    const total = counts.reduce((sum, each) => sum + each, 0);
    return [this.#all.subarray(0, total), this.#part.subarray(0, counts[this.#communicator.rank]!)];
  }

  #pieceGradients(): Record<string, Buffer> {
    return Object.fromEntries(this.#pieces.map(({ name, gradient }) => [name, gradient]));
  }
}

/** Of `<parameter>.<role>`. */
const parameterOf = (name: string): string => name.slice(0, name.lastIndexOf("."));

function pieceOf(
  engine: Engine,
  parameter: OptimisedParameter,
  gradients: Gradients,
  segment: Segment,
): Piece {
  const { name, buffer } = parameter;
  const { from, to } = segment;
  const isWhole = to - from === sizeOf(buffer.type.shape);
  if (isWhole) return { ...parameter, segment, isWhole, gradient: gradients[name]! };
  const type = { dtype: "float32", shape: [to - from] } as const;
  const own = engine.buffer(type, buffer.read().slice(from, to));
  return { ...parameter, segment, isWhole, buffer: own, gradient: engine.buffer(type) };
}

/** @param most elements of a rank in a round. */
function planRounds(shards: readonly (readonly Segment[])[], rank: number, most: number): Round[] {
  const inPieces = shards.map((shard) => {
    const lengths = shard.map(({ from, to }) => to - from);
    return planBuckets(lengths, most);
  });
  const rounds = Math.max(0, ...inPieces.map((buckets) => buckets.length));
  return Array.from({ length: rounds }, (_, round) => {
    const own = inPieces.map((buckets) => buckets[round] ?? []);
    const buckets = own.map((bucket, each) => inParameters(bucket, shards[each]!));
    return { buckets, counts: Int32Array.from(buckets, sizeOfBucket), own: own[rank]! };
  });
}

function inParameters(bucket: readonly Segment[], shard: readonly Segment[]): Segment[] {
  return bucket.map(({ tensor: piece, from: start, to: end }) => {
    const { tensor, from } = shard[piece]!;
    return { tensor, from: from + start, to: from + end };
  });
}
