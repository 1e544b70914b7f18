/** A model that runs over flat arrays tile by tile, so that what it computes stays in the cache. */
import type { HostBuffer } from "../../buffer.ts";
import { encodeModel } from "../../lower/index.ts";
import type { Port, Submodel, SubmodelOptions } from "../../part.ts";
import { type SharedSession, shareSession } from "../../runtime/index.ts";
import { tileModel } from "./tile-model.ts";

export class TiledSubmodel implements Submodel {
  readonly operations: number;
  readonly bytes = 0;
  readonly #shared: SharedSession;
  readonly #inputs: readonly Port[];
  readonly #outputs: readonly Port[];
  readonly #tile: number;

  constructor({ name, graph, inputs, outputs, environment, session, target }: SubmodelOptions) {
    const model = tileModel(graph, target);
    const bytes = encodeModel(model);
    this.operations = model.nodes.length;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#tile = target.tuning.tiles.tileElements;
    this.#shared = shareSession(environment, name, bytes, model, session);
  }

  run(bufferOf: (port: Port) => HostBuffer): void {
    const { value: session } = this.#shared;
    const inputs = this.#inputs.map((port) => bufferOf(port).tiles(this.#tile));
    const outputs = this.#outputs.map((port) => bufferOf(port).tiles(this.#tile));
    const count = outputs[0]!.length;
    for (let tile = 0; tile < count; tile++) {
      // A scalar has one tile, which is there for all.
      for (const [position, tiles] of inputs.entries()) {
        session.input(position, tiles[tile] ?? tiles[0]!);
      }
      for (const [position, tiles] of outputs.entries()) session.output(position, tiles[tile]!);
      session.run();
    }
  }

  endProfile(): string {
    return this.#shared.value.endProfiling();
  }

  release(): void {
    this.#shared.release();
  }
}
