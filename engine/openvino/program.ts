/** A compiled graph: models of OpenVINO that read and write the caller's own arrays. */
import { BaseProgram, type Donations, type Forget } from "../base/index.ts";
import type { Buffer } from "../engine.ts";
import type { Graph, Value } from "../graph/index.ts";
import {
  donationsWithin,
  type Port,
  type Subgraph,
  splitElementwise,
  updatesBeforeUse,
} from "../onnx/optimise/tiles/index.ts";
import { OpenvinoBuffer } from "./buffer.ts";
import type { OpenvinoEnvironment } from "./environment.ts";
import type { ModelOptions } from "./model.ts";
import type { Part } from "./part.ts";
import { TiledPart } from "./tiled-part.ts";
import { WholePart } from "./whole-part.ts";

export interface ProgramOptions extends ModelOptions {
  readonly donate: Donations;
  /** Buffers of inputs that stay as they are; the library is told nothing of it. */
  readonly constants: Readonly<Record<string, Buffer>>;
}

/** Elements from which an array is worth tiling: below, a call outweighs what it saves. */
const smallestTiled = 16_384;
/** Elements of a tile for each thread. */
const tileElements = 32_768;

export class OpenvinoProgram extends BaseProgram<OpenvinoBuffer> {
  readonly #parts: readonly Part[];
  /** What a part computes for the next ones. */
  readonly #scalars = new Map<Value, OpenvinoBuffer>();

  /** @throws EngineError naming what the engine cannot run. */
  constructor(
    environment: OpenvinoEnvironment,
    graph: Graph,
    options: ProgramOptions,
    forget: Forget,
  ) {
    const isOwn = (buffer: Buffer): buffer is OpenvinoBuffer =>
      buffer instanceof OpenvinoBuffer && buffer.isOf(environment);
    const constants = new Map(Object.entries(options.constants));
    super(graph, { ...options, constants }, isOwn, forget);
    const split = splitElementwise(graph, smallestTiled);
    const isTiled = split !== null && !updatesBeforeUse(split, options.donate);
    const whole = isTiled ? split.once : wholeOf(graph);
    const partOf = (part: Subgraph) => ({
      ...part,
      donate: donationsWithin(part, options.donate),
      model: options,
      bufferOf: this.#bufferOf,
    });
    const parts: Part[] = [];
    try {
      if (whole !== null) {
        for (const port of whole.outputs.values()) {
          if (port.kind !== "scalar") continue;
          this.#scalars.set(port.value, new OpenvinoBuffer(environment, port.value.type));
        }
        parts.push(new WholePart(environment, partOf(whole)));
      }
      const tile = tileElements * options.threads;
      for (const each of isTiled ? split.tiled : []) {
        parts.push(new TiledPart(environment, partOf(each), tile));
      }
    } catch (error) {
      releaseAll(parts);
      for (const scalar of this.#scalars.values()) scalar.dispose();
      throw error;
    }
    this.#parts = parts;
  }

  get operations(): number {
    return this.#parts.reduce((sum, part) => sum + part.operations, 0);
  }

  protected execute(): void {
    for (const part of this.#parts) part.run();
  }

  /** @throws EngineError when a trace cannot be written; everything is freed even so. */
  protected release(): void {
    for (const scalar of this.#scalars.values()) scalar.dispose();
    const [error] = releaseAll(this.#parts);
    if (error !== undefined) throw error;
  }

  readonly #bufferOf = (port: Port): OpenvinoBuffer => {
    if (port.kind === "scalar") return this.#scalars.get(port.value)!;
    return (port.kind === "input" ? this.inputs : this.outputs).get(port.name);
  };
}

/** @returns what was thrown meanwhile. */
function releaseAll(parts: readonly Part[]): unknown[] {
  return parts.flatMap((part) => {
    try {
      part.release();
      return [];
    } catch (error) {
      return [error];
    }
  });
}

function wholeOf(graph: Graph): Subgraph {
  const ports = (kind: "input" | "output", names: Iterable<string>) =>
    new Map<string, Port>([...names].map((name) => [name, { kind, name }]));
  return {
    graph,
    inputs: ports("input", graph.inputs.keys()),
    outputs: ports("output", graph.outputs.keys()),
  };
}
