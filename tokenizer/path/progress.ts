/** Reads a drawing of the `path` vocabulary as its tokens come. */
import type { Drawing } from "../../svg/index.ts";
import { DecodeError, type DrawingProgress } from "../core/svg-tokenizer.ts";
import { DrawingCanvas } from "./decode.ts";
import type { Grammar } from "./grammar.ts";
import type { PathMerges } from "./merges.ts";
import { DrawingReader } from "./reader.ts";

export class PathProgress implements DrawingProgress {
  readonly #reader: DrawingReader<DrawingCanvas>;
  readonly #merges: PathMerges;
  #count = 0;

  constructor(grammar: Grammar, merges: PathMerges) {
    const { grid } = grammar.layout.options;
    this.#reader = new DrawingReader(grammar, new DrawingCanvas(grid));
    this.#merges = merges;
  }

  take(id: number): number | null {
    const ids = this.#merges.merges.length === 0 ? [id] : this.#merges.expand([id]).ids;
    let element: number | null = null;
    for (const each of Array.from(ids)) element = this.#take(each);
    this.#count++;
    return element;
  }

  get settled(): number {
    return this.#reader.canvas.ended;
  }

  get drawing(): Drawing {
    return this.#reader.canvas.unfinished;
  }

  #take(id: number): number | null {
    const reader = this.#reader;
    const before = reader.canvas.ended;
    const ofCanvas = reader.mode === "opening" || reader.open?.section === "size";
    const inOutline = reader.depth === 0 && (reader.mode === "path" || reader.mode === "points");
    const complaint = reader.take(id);
    if (complaint !== undefined) throw new DecodeError(complaint, this.#count);
    if (ofCanvas || reader.open?.section === "size" || reader.mode === "done") return null;
    // What ends an outline begins something else; what ends a shape is its last number.
    return inOutline ? reader.canvas.ended : before;
  }
}
