/** Reads a drawing's tokens: the inverse of `encode.ts`. */
import type { Appearance, Drawing, DrawingElement, PathCommand, Point } from "../../svg/index.ts";
import { DecodeError } from "../core/svg-tokenizer.ts";
import type { Canvas } from "./draft.ts";
import type { Grammar } from "./grammar.ts";
import { paintedOutline, paintedShape } from "./painted.ts";
import type { Geometry, OutlineKind } from "./production.ts";
import { DrawingReader } from "./reader.ts";

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

export class DrawingCanvas implements Canvas {
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

  /** Top-level elements that have ended. */
  get ended(): number {
    return this.#elements.length;
  }

  /** With the groups and the outline that are still open, as far as they can be seen. */
  get unfinished(): Drawing {
    const inner = [...this.#open, ...this.#openOutline()];
    const elements = this.#groups.reduceRight<DrawingElement[]>((children, { opacity }, i) => {
      const around = i === 0 ? this.#elements : this.#groups[i - 1]!.children;
      return children.length === 0
        ? [...around]
        : [...around, { kind: "group", opacity, children }];
    }, inner);
    return { width: this.#width, height: this.#height, elements };
  }

  #openOutline(): DrawingElement[] {
    if (this.#outline === undefined) return [];
    const { kind, look } = this.#outline;
    if (kind !== "path") {
      return this.#points.length < 2 ? [] : [{ kind, points: [...this.#points], ...look }];
    }
    // A subpath that only begins shows nothing.
    const commands = this.#commands.slice();
    while (commands.at(-1)?.type === "M") commands.pop();
    return commands.length === 0 ? [] : [{ kind, commands, ...look }];
  }

  size(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
  }

  shape(geometry: Geometry, look: Appearance): void {
    this.#open.push(paintedShape(geometry, look));
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
    this.#open.push(paintedOutline(kind, this.#commands, this.#points, look));
    this.#outline = undefined;
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
