/**
 * The forward and backward pass of a batch as one program. The loss is a sum over target tokens, and
 * its gradient is scaled by a number that the caller gives: one over the tokens counted in all
 * micro-batches of a step. Gradients of micro-batches therefore add up to the large batch's exactly,
 * however unevenly the target tokens are spread.
 */

import {
  type Buffer,
  checkpoint,
  flops,
  Graph,
  gradients,
  ops,
  type Program,
  ProgramCache,
  sizeOf,
} from "../../engine/index.ts";
import type { Model } from "../../models/index.ts";
import type { BatchShape } from "../loss/loss.ts";
import type { LossBatch, Objective, PassResult } from "../loss/objective.ts";
import { DropoutMasks, dropoutInputs, noiseInputs } from "./dropout.ts";
import { type BatchFeeds, parts } from "./target-positions.ts";

/** What training does and evaluation does not; nothing of it unless given. */
export interface TrainingPassOptions {
  /** Share of the residual stream's additions to drop, 0 to 1. */
  readonly dropout?: number;
  /** Of NEFTune's noise; 5 to 15 is usual. */
  readonly neftuneAlpha?: number;
  /** Share of each target that is spread over the vocabulary, 0 to 1. */
  readonly labelSmoothing?: number;
  /** Times the squared log-normaliser of a position, added to its loss; 1e-4 is usual. */
  readonly zLoss?: number;
  /** Times the mean loss of heads of tokens further on, of a model that has such; 0 trains none. */
  readonly futureWeight?: number;
  /** Computes a layer's inner results again in the backward pass. */
  readonly checkpointing?: boolean;
}

const passKinds = ["forward", "backward", "accumulate"] as const;

type PassKind = (typeof passKinds)[number];

/**
 * All that batches of one size can ask for, so that a run compiles nothing twice; or all of training in
 * one size and of evaluation in another. Weights are not a program's own, and ONNX Runtime's working
 * memory is shared by all: each more adds 6 MB for the quickstart's decoder, and 9 MB for one of 12
 * million parameters, to some 500 and 1100 MB.
 */
const maxPrograms = passKinds.length * parts;

export class TrainingProgram<B extends LossBatch> {
  readonly #model: Model;
  readonly #objective: Objective<B>;
  /** Beside the model's, so that drawing evicts no pass, nor a pass what draws. */
  readonly #programs: ProgramCache;
  readonly #trained: readonly string[];
  /** By parameter name: what the last passes have added up. */
  readonly gradients: Readonly<Record<string, Buffer>>;
  readonly #lossSum: Buffer;
  readonly #scale: Buffer;
  /** Batch inputs by shape, so that a step allocates nothing. */
  readonly #inputs = new Map<string, Record<string, Buffer>>();
  /** What the objective gives out beside its loss, by shape. */
  readonly #outputs = new Map<string, Record<string, Buffer>>();
  /** Of a forward and backward pass, by shape. */
  readonly #flops = new Map<string, number>();
  /** By the batch's rows and positions, for the programs that train. */
  readonly #masks = new Map<string, DropoutMasks>();
  readonly #options: TrainingPassOptions;
  /** Heads of tokens further on that learn. */
  readonly #futureHeads: number;

  /**
   * @param trained names of the parameters to differentiate by; the others cost no gradient. Where
   * there are none, nothing changes between passes, and products are those of generation.
   */
  constructor(
    model: Model,
    trained: readonly string[],
    objective: Objective<B>,
    options: TrainingPassOptions = {},
  ) {
    const { engine, parameters } = model;
    this.#model = model;
    this.#objective = objective;
    this.#programs = new ProgramCache(engine, maxPrograms);
    this.#trained = trained;
    this.#options = options;
    const { futureWeight = 0 } = options;
    const learns = futureWeight > 0 && trained.some((name) => name.startsWith("future."));
    this.#futureHeads = learns ? (model.config.future?.count ?? 0) : 0;
    this.gradients = Object.fromEntries(
      trained.map((name) => [name, engine.buffer(parameters.get(name)!.type)]),
    );
    this.#lossSum = engine.buffer({ dtype: "float32", shape: [] });
    this.#scale = engine.buffer({ dtype: "float32", shape: [] });
  }

  /**
   * Forward and backward.
   * @param scale multiplies the gradient of the summed loss.
   * @param accumulate adds to the gradients of the passes before, instead of replacing them.
   * @param seed of the dropout.
   */
  forwardBackward(batch: B, scale: number, accumulate: boolean, seed: string): PassResult {
    this.#scale.write(Float32Array.of(scale));
    const named = Object.fromEntries(
      this.#trained.map((name) => [gradientName(name), this.gradients[name]!]),
    );
    const shape = this.#trainingShape(batch);
    const program = this.#program(shape, accumulate ? "accumulate" : "backward");
    const masks = this.#masks.get(sizeKey(shape));
    masks?.draw(seed);
    program.run(
      {
        ...this.#feed(batch, shape),
        ...masks?.buffers,
        ...(accumulate ? named : {}),
        lossScale: this.#scale,
      },
      { ...named, lossSum: this.#lossSum, ...this.#outputs.get(shapeKey(shape)) },
    );
    return this.#result(batch, shape);
  }

  #trainingShape(batch: B): BatchShape {
    const shape = this.#objective.shapeOf(batch);
    return this.#futureHeads === 0 ? shape : { ...shape, futureHeads: this.#futureHeads };
  }

  /** Of a step in which other processes compute and this one does not. */
  clearGradients(): void {
    for (const buffer of Object.values(this.gradients)) {
      buffer.write(new Float32Array(sizeOf(buffer.type.shape)));
    }
  }

  /** Forward alone, of the next tokens. */
  evaluate(batch: B): PassResult {
    const shape = this.#objective.shapeOf(batch);
    const program = this.#program(shape, "forward");
    const outputs = { lossSum: this.#lossSum, ...this.#outputs.get(shapeKey(shape)) };
    program.run(this.#feed(batch, shape), outputs);
    return this.#result(batch, shape);
  }

  #result({ targetCount }: B, shape: BatchShape): PassResult {
    const outputs = Object.entries(this.#outputs.get(shapeKey(shape)) ?? {}).map(
      ([name, buffer]) => [name, (buffer.read() as Float32Array).slice()] as const,
    );
    const lossSum = this.#lossSum.read()[0]!;
    return { lossSum, targetCount, outputs: Object.fromEntries(outputs) };
  }

  /** Floating-point operations of the matrix products of a forward and backward pass. */
  flopsOf(batch: B): number {
    const shape = this.#trainingShape(batch);
    const known = this.#flops.get(shapeKey(shape));
    if (known !== undefined) return known;
    const graph = new Graph();
    this.#addPass(graph, shape, "backward");
    const { products } = flops(graph);
    this.#flops.set(shapeKey(shape), products);
    return products;
  }

  dispose(): void {
    this.#programs.dispose();
    for (const buffer of Object.values(this.gradients)) buffer.dispose();
    for (const buffers of [...this.#inputs.values(), ...this.#outputs.values()]) {
      for (const buffer of Object.values(buffers)) buffer.dispose();
    }
    for (const masks of this.#masks.values()) masks.dispose();
    this.#lossSum.dispose();
    this.#scale.dispose();
  }

  #feed(batch: B, shape: BatchShape): Record<string, Buffer> {
    const feeds = this.#objective.feedsOf(batch, shape);
    const inputs = this.#inputsFor(shape, feeds);
    for (const [name, { data }] of Object.entries(feeds)) inputs[name]!.write(data);
    return { ...this.#model.parameterBuffers, ...inputs };
  }

  #inputsFor(batch: BatchShape, feeds: BatchFeeds): Record<string, Buffer> {
    const key = shapeKey(batch);
    const known = this.#inputs.get(key);
    if (known !== undefined) return known;
    const made = Object.fromEntries(
      Object.entries(feeds).map(([name, { shape, data }]) => {
        const dtype = data instanceof Int32Array ? "int32" : "float32";
        return [name, this.#model.engine.buffer({ dtype, shape })];
      }),
    );
    this.#inputs.set(key, made);
    return made;
  }

  #program(shape: BatchShape, kind: PassKind): Program {
    const rewrite =
      this.#options.checkpointing === true && kind !== "forward" ? checkpoint : undefined;
    const build = (graph: Graph) => {
      this.#addPass(graph, shape, kind);
      if (kind !== "forward") this.#makeMasks(graph, shape);
      this.#makeOutputs(graph, shape);
    };
    const { prepackable, prepackableForGeneration } = this.#model;
    const constants = this.#trained.length === 0 ? prepackableForGeneration : prepackable;
    return this.#programs.get(`${kind} ${shapeKey(shape)}`, build, rewrite, constants);
  }

  #addPass(graph: Graph, shape: BatchShape, kind: PassKind): void {
    const built = this.#forward(graph, shape, kind !== "forward");
    const { lossSum, outputs, parameters, objective = lossSum } = built;
    graph.output("lossSum", lossSum);
    for (const [name, value] of Object.entries(outputs)) graph.output(name, value);
    if (kind === "forward") return;
    const loss = ops.multiply(objective, graph.input("lossScale", []));
    const trained = this.#trained.map((name) => parameters.get(name)!);
    for (const [i, gradient] of gradients(loss, trained).entries()) {
      const name = gradientName(this.#trained[i]!);
      const before = kind === "accumulate" ? graph.input(name, gradient.shape) : null;
      graph.output(name, before === null ? gradient : ops.add(before, gradient));
    }
  }

  #makeMasks(graph: Graph, shape: BatchShape): void {
    const key = sizeKey(shape);
    if (this.#masks.has(key)) return;
    this.#masks.set(key, new DropoutMasks(this.#model.engine, graph));
  }

  /** Of all but the loss and the gradients, which belong to every shape. */
  #makeOutputs(graph: Graph, shape: BatchShape): void {
    const key = shapeKey(shape);
    if (this.#outputs.has(key)) return;
    const own = [...graph.outputs].filter(
      ([name]) => name !== "lossSum" && !name.startsWith(gradientPrefix),
    );
    const { engine } = this.#model;
    const made = own.map(([name, value]) => [name, engine.buffer(value.type)] as const);
    this.#outputs.set(key, Object.fromEntries(made));
  }

  #forward(graph: Graph, shape: BatchShape, training: boolean) {
    const dropoutOf = (rate: number) => dropoutInputs(graph, rate);
    const { values: parameters, weights } = this.#model.weightsIn(
      graph,
      training ? dropoutOf : null,
    );
    const { dropout = 0, neftuneAlpha = 0, labelSmoothing, zLoss, futureWeight } = this.#options;
    const options = training
      ? {
          dropout: dropout > 0 ? dropoutOf(dropout) : null,
          noise: neftuneAlpha > 0 ? noiseInputs(graph, neftuneAlpha) : null,
          ...(labelSmoothing === undefined ? {} : { labelSmoothing }),
          ...(zLoss === undefined ? {} : { zLoss }),
          ...(futureWeight === undefined ? {} : { futureWeight }),
        }
      : {};
    const built = this.#objective.build(graph, this.#model.config, weights, shape, options);
    return { ...built, parameters };
  }
}

const gradientPrefix = "gradient.";

const gradientName = (parameter: string): string => `${gradientPrefix}${parameter}`;

const sizeKey = ({ batchSize: rows, sequenceLength }: BatchShape): string =>
  `${rows}x${sequenceLength}`;

const shapeKey = (shape: BatchShape): string =>
  [
    sizeKey(shape),
    ...(shape.targetPositions === undefined ? [] : [`${shape.targetPositions} counted`]),
    ...(shape.futureHeads === undefined ? [] : [`${shape.futureHeads} further on`]),
  ].join(", ");
