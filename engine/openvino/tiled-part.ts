/**
 * An elementwise model that runs over flat arrays tile by tile. What updates an input is written beside
 * it, for the library's kernels may read what they have written, but only of a tile, which stays in the
 * cache: neither do copies cost a pass over memory, nor is anything held twice.
 */
import { type Graph, sizeOf } from "../graph/index.ts";
import { tileModel } from "../onnx/optimise/tiles/index.ts";
import type { OpenvinoBuffer } from "./buffer.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import { type SharedModel, shareModel } from "./model-pool.ts";
import type { Part, PartOptions } from "./part.ts";
import { borrowScratch } from "./scratch.ts";

export class TiledPart implements Part {
  readonly #options: PartOptions;
  readonly #elements: number;
  readonly #tile: number;
  /** Of tiles: the library computes twice as fast where it knows how long they are. */
  readonly #whole: SharedModel | null;
  /** Of what is left, of any length. */
  readonly #rest: SharedModel | null;
  /** By output that updates an input: where its tiles are written. */
  readonly #shadows: ReadonlyMap<string, OpenvinoBuffer>;
  readonly #releaseShadows: () => void;

  /** @param tile elements of one. @throws EngineError naming what the engine cannot run. */
  constructor(environment: OpenvinoEnvironment, options: PartOptions, tile: number) {
    const { graph, donate, model } = options;
    this.#options = options;
    this.#tile = tile;
    this.#elements = elementsOf(graph);
    const modelOf = (length?: number) =>
      shareModel(environment, tileModel(graph, {}, length), model);
    let [whole, rest]: (SharedModel | null)[] = [null, null];
    try {
      whole = this.#elements < tile ? null : modelOf(tile);
      rest = this.#elements % tile === 0 ? null : modelOf();
      const updated = Object.keys(donate);
      const { buffers, release } = borrowScratch(
        environment,
        updated.map((output) => ({ dtype: graph.outputs.get(output)!.dtype, shape: [tile] })),
      );
      this.#shadows = new Map(updated.map((output, i) => [output, buffers[i]!]));
      this.#releaseShadows = release;
    } catch (error) {
      whole?.release();
      rest?.release();
      throw error;
    }
    this.#whole = whole;
    this.#rest = rest;
  }

  get operations(): number {
    return (this.#whole ?? this.#rest)!.value.operations;
  }

  run(): void {
    const { inputs, outputs, bufferOf } = this.#options;
    const given = [...inputs].map(([name, port]) => [name, bufferOf(port)] as const);
    const made = [...outputs].map(([name, port]) => [name, bufferOf(port)] as const);
    for (let start = 0; start < this.#elements; start += this.#tile) {
      const length = Math.min(this.#tile, this.#elements - start);
      const { value: model } = (length === this.#tile ? this.#whole : this.#rest)!;
      for (const [name, buffer] of given) {
        const isScalar = sizeOf(buffer.type.shape) === 1;
        model.input(name, buffer.tile(isScalar ? 0 : start, isScalar ? 1 : length));
      }
      for (const [name, buffer] of made) {
        const shadow = this.#shadows.get(name);
        model.output(name, shadow?.tile(0, length) ?? buffer.tile(start, length));
      }
      model.run();
      for (const [name, buffer] of made) {
        const shadow = this.#shadows.get(name)?.tile(0, length);
        if (shadow !== undefined) buffer.tile(start, length).data.set(shadow.data);
      }
    }
  }

  /** @throws EngineError when a trace cannot be written; everything is freed even so. */
  release(): void {
    this.#releaseShadows();
    this.#whole?.release();
    this.#rest?.release();
  }
}

/** Of each of its arrays. */
const elementsOf = ({ outputs }: Graph): number =>
  Math.max(...[...outputs.values()].map(({ shape }) => sizeOf(shape)));
