/** A CLIP from the Hub's layout on an engine: captions and pictures as vectors of unit length. */

import { join } from "node:path";
import type { SafetensorsFile } from "../../../../checkpoints/index.ts";
import {
  type Buffer,
  type Engine,
  Graph,
  type Program,
  type Value,
} from "../../../../engine/index.ts";
import { MetricError } from "../../errors.ts";
import { openTensors } from "../open-tensors.ts";
import { readJson } from "../read-json.ts";
import { type ClipConfig, clipConfigSchema } from "./clip-config.ts";
import { textTower, visionTower } from "./clip-graph.ts";
import { ClipTokenizer } from "./clip-tokenizer.ts";

interface Tower {
  readonly program: Program;
  readonly parameters: Readonly<Record<string, Buffer>>;
}

export class ClipModel {
  readonly config: ClipConfig;
  readonly tokenizer: ClipTokenizer;
  readonly #engine: Engine;
  readonly #text: Tower;
  readonly #vision: Tower;
  readonly #length: number;

  /**
   * @param folder with config.json, model.safetensors and tokenizer.json.
   * @throws MetricError for files that are missing or none of a CLIP; SafetensorsError for damaged ones.
   */
  constructor(engine: Engine, folder: string) {
    this.#engine = engine;
    this.config = readJson(join(folder, "config.json"), "what a CLIP is", (json) =>
      clipConfigSchema.parse(json),
    );
    this.tokenizer = readJson(
      join(folder, "tokenizer.json"),
      "a CLIP's tokens",
      (json) => new ClipTokenizer(json),
    );
    const { vocab_size: rows, max_position_embeddings: length } = this.config.text_config;
    this.#length = length;
    if (this.tokenizer.lastId >= rows) {
      throw new MetricError(
        `${join(folder, "tokenizer.json")}: a token has id ${this.tokenizer.lastId}, but config.json says vocab_size ${rows}; take all files from one CLIP`,
      );
    }
    const file = openTensors(join(folder, "model.safetensors"));
    try {
      const tower = (build: (graph: Graph, parameter: Parameters<typeof textTower>[2]) => Value) =>
        towerOf(engine, file, folder, build);
      this.#text = tower((graph, parameter) =>
        textTower(graph, this.config, parameter, [1, this.#length]),
      );
      this.#vision = tower((graph, parameter) => visionTower(graph, this.config, parameter, 1));
    } finally {
      file.close();
    }
  }

  /** @returns `[projection]`, of unit length. */
  textEmbedding(text: string): Float32Array {
    const ids = this.tokenizer.encode(text, this.#length);
    const tokens = new Int32Array(this.#length).fill(this.tokenizer.end);
    tokens.set(ids);
    return this.#run(this.#text, { tokens, ends: Int32Array.of(ids.length - 1) });
  }

  /** @param at a normalised pixel by channel, column and row. */
  pictureEmbedding(at: (channel: number, x: number, y: number) => number): Float32Array {
    const { image_size: size, patch_size: patch } = this.config.vision_config;
    const across = Math.floor(size / patch);
    const patches = new Float32Array(across * across * 3 * patch * patch);
    let place = 0;
    for (let index = 0; index < across * across; index++) {
      const [x0, y0] = [patch * (index % across), patch * Math.floor(index / across)];
      for (let channel = 0; channel < 3; channel++) {
        for (let y = 0; y < patch; y++) {
          for (let x = 0; x < patch; x++) patches[place++] = at(channel, x0 + x, y0 + y);
        }
      }
    }
    return this.#run(this.#vision, { patches });
  }

  dispose(): void {
    for (const { program, parameters } of [this.#text, this.#vision]) {
      program.dispose();
      for (const buffer of Object.values(parameters)) buffer.dispose();
    }
  }

  #run(
    { program, parameters }: Tower,
    feeds: Readonly<Record<string, Int32Array | Float32Array>>,
  ): Float32Array {
    const made = Object.entries(feeds).map(([name, data]) => {
      const dtype = data instanceof Int32Array ? ("int32" as const) : ("float32" as const);
      const buffer = this.#engine.buffer({ dtype, shape: shapeOf(name, data.length, this.config) });
      buffer.write(data);
      return [name, buffer] as const;
    });
    const shape = [1, this.config.projection_dim];
    const embedding = this.#engine.buffer({ dtype: "float32", shape });
    try {
      program.run({ ...parameters, ...Object.fromEntries(made) }, { embedding });
      return (embedding.read() as Float32Array).slice();
    } finally {
      for (const [, buffer] of made) buffer.dispose();
      embedding.dispose();
    }
  }
}

function shapeOf(name: string, length: number, { vision_config: vision }: ClipConfig): number[] {
  if (name === "ends") return [1];
  if (name === "tokens") return [1, length];
  const inner = 3 * vision.patch_size ** 2;
  return [1, length / inner, inner];
}

function towerOf(
  engine: Engine,
  file: SafetensorsFile,
  folder: string,
  build: (graph: Graph, parameter: Parameters<typeof textTower>[2]) => Value,
): Tower {
  const graph = new Graph();
  const values = new Map<string, Value>();
  const output = build(graph, (name, shape) => {
    const known = values.get(name) ?? graph.input(name, shape);
    values.set(name, known);
    return known;
  });
  graph.output("embedding", output);
  const parameters: Record<string, Buffer> = {};
  for (const [name, value] of values) {
    const found = file.tensors.get(name);
    if (found === undefined || found.shape.join() !== value.shape.join()) {
      const is = found === undefined ? "missing" : `[${found.shape.join(", ")}]`;
      throw new MetricError(
        `${join(folder, "model.safetensors")}: ${name} is ${is}, but its config.json asks for [${value.shape.join(", ")}]`,
      );
    }
    const buffer = engine.buffer(value.type);
    buffer.write(file.readFloat32(name));
    parameters[name] = buffer;
  }
  return { program: engine.compile(graph, { name: "clip" }), parameters };
}
