/** Programs compiled once for each shape that is asked for, and no more of them than a bound. */
import type { CompileOptions, Engine, Program } from "./engine.ts";
import { Graph } from "./graph/index.ts";

export class ProgramCache {
  readonly #engine: Engine;
  readonly #limit: number;
  /** Least recently used first. */
  readonly #programs = new Map<string, Program>();

  constructor(engine: Engine, limit: number) {
    this.#engine = engine;
    this.#limit = limit;
  }

  /**
   * The program of that key, compiled when it is not there; then the one unused for longest is freed
   * if there are too many. An output with the name of an input updates that input in place.
   * @param rewrite makes the graph that is compiled of the one that was built.
   * @param constants buffers of inputs that stay as they are.
   */
  get(
    key: string,
    build: (graph: Graph) => void,
    rewrite: (graph: Graph) => Graph = unchanged,
    constants: NonNullable<CompileOptions["constants"]> = {},
  ): Program {
    const program = this.#programs.get(key) ?? this.#compile(key, build, rewrite, constants);
    this.#programs.delete(key);
    this.#programs.set(key, program);
    const [oldest] = this.#programs;
    if (this.#programs.size > this.#limit && oldest !== undefined) {
      this.#programs.delete(oldest[0]);
      oldest[1].dispose();
    }
    return program;
  }

  dispose(): void {
    for (const program of this.#programs.values()) program.dispose();
    this.#programs.clear();
  }

  #compile(
    key: string,
    build: (graph: Graph) => void,
    rewrite: (graph: Graph) => Graph,
    constants: NonNullable<CompileOptions["constants"]>,
  ): Program {
    const built = new Graph();
    build(built);
    const graph = rewrite(built);
    const inPlace = [...graph.outputs.keys()].filter((name) => graph.inputs.has(name));
    const donate = Object.fromEntries(inPlace.map((name) => [name, name]));
    return this.#engine.compile(graph, { name: key, donate, constants });
  }
}

const unchanged = (graph: Graph): Graph => graph;
