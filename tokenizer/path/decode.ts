/** Reads a drawing's tokens: the inverse of `encode.ts`. */
import type { Appearance, Drawing, DrawingElement, PathCommand, Point } from "../../svg/index.ts";
import { DecodeError } from "../core/svg-tokenizer.ts";
import type { Geometry, Grammar, OutlineKind } from "./grammar.ts";
import { type Canvas, DrawingReader } from "./reader.ts";

/** @throws DecodeError with the position of the first token that does not fit. */
export function decodeDrawing(ids: ArrayLike<number>, grammar: Grammar): Drawing {
  const { grid } = grammar.layout.options;
  const reader = new DrawingReader(grammar, new DrawingCanvas(grid));
  for (let i = 0; i < ids.length; i++) {
    const complaint = reader.take(ids[i]!);
    if (complaint !== undefined) throw new DecodeError(complaint, i);
  }
  if (reader.mode !== "done")
    throw new DecodeError("the tokens end within the drawing", ids.length);
  return reader.canvas.drawing;
}

class DrawingCanvas implements Canvas {
  #width: number;
  #height: number;
  readonly #elements: DrawingElement[] = [];
  /** The open groups, the outermost first. */
  readonly #groups: { opacity: number; readonly children: DrawingElement[] }[] = [];
  #open = this.#elements;
  #commands: PathCommand[] = [];
  #points: Point[] = [];
  #outline: { readonly kind: OutlineKind; readonly look: Appearance } | undefined;

  constructor(grid: number) {
    this.#width = this.#height = grid;
  }

  get drawing(): Drawing {
    return { width: this.#width, height: this.#height, elements: this.#elements };
  }

  size(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
  }

  shape(geometry: Geometry, look: Appearance): void {
    this.#open.push({ ...geometry, ...look });
  }

  outline(kind: OutlineKind, look: Appearance): void {
    this.#outline = { kind, look };
    this.#commands = [];
    this.#points = [];
  }

  command(command: PathCommand): void {
    this.#commands.push(command);
  }

  point(x: number, y: number): void {
    this.#points.push({ x, y });
  }

  endOutline(): void {
    const { kind, look } = this.#outline!;
    if (kind === "path") this.#open.push({ kind, commands: this.#commands, ...look });
    else this.#open.push({ kind, points: this.#points, ...look });
  }

  group(): void {
    const children: DrawingElement[] = [];
    this.#groups.push({ opacity: 100, children });
    this.#open = children;
  }

  fade(opacity: number): void {
    this.#groups.at(-1)!.opacity = opacity;
  }

  endGroup(): void {
    const group = this.#groups.pop()!;
    this.#open = this.#groups.at(-1)?.children ?? this.#elements;
    this.#open.push({ kind: "group", ...group });
  }
}
