/** A model that runs over flat arrays tile by tile, so that what it computes stays in the cache. */
import { type Graph, sizeOf } from "../../../graph/index.ts";
import type { HostBuffer } from "../../buffer.ts";
import { canOverwrite } from "../../donation.ts";
import {
  encodeModel,
  inputPort,
  lowerGraph,
  type OnnxModel,
  type OnnxPort,
  outputPort,
} from "../../lower/index.ts";
import type { Port, Submodel, SubmodelOptions } from "../../part.ts";
import { type SharedSession, shareSession } from "../../runtime/index.ts";

/**
 * Elements of a tile. Measured on AdamW over 12 million parameters: one thread is fastest from 12,288 to
 * 24,576 elements, whose arrays lie in its cache together; several share a tile, and the runtime divides
 * an operation between them only when each gets about 65,536.
 */
function tileElements(threads: number): number {
  return threads === 1 ? 24_576 : 65_536 * threads;
}

export class TiledSubmodel implements Submodel {
  readonly operations: number;
  readonly bytes = 0;
  readonly #shared: SharedSession;
  readonly #inputs: readonly Port[];
  readonly #outputs: readonly Port[];
  readonly #tile: number;

  constructor({ name, graph, inputs, outputs, environment, session }: SubmodelOptions) {
    const model = tileModel(graph);
    const bytes = encodeModel(model);
    this.operations = model.nodes.length;
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#tile = tileElements(session.threads);
    this.#shared = shareSession(environment, name, bytes, model, session);
  }

  run(bufferOf: (port: Port) => HostBuffer): void {
    const { session } = this.#shared;
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
    return this.#shared.session.endProfiling();
  }

  release(): void {
    this.#shared.release();
  }
}

/** Whether all of the updates can be written in place. */
export function canTile({ graph, donate }: Pick<SubmodelOptions, "graph" | "donate">): boolean {
  const { nodes } = tileModel(graph);
  return Object.entries(donate).every(([output, input]) =>
    canOverwrite(nodes, inputPort(input), outputPort(output)),
  );
}

function tileModel(graph: Graph): OnnxModel {
  const model = lowerGraph(graph, "tile", { blockElements: 0 });
  const ofAnyLength = (port: OnnxPort): OnnxPort => {
    const isScalar = sizeOf(port.shape as readonly number[]) === 1;
    return isScalar ? port : { ...port, shape: ["length"] };
  };
  return {
    ...model,
    inputs: model.inputs.map(ofAnyLength),
    outputs: model.outputs.map(ofAnyLength),
  };
}
