/** The automaton's canvas: draws nothing, and knows whether anything shows. */
import type { Appearance, PathCommand } from "../../svg/index.ts";
import {
  type CanvasSize,
  type ElementVisibility,
  visibilityOf,
} from "../grammar/visibility/index.ts";
import type { Canvas } from "./draft.ts";
import type { Geometry, OutlineKind } from "./production.ts";

export class Watch implements Canvas {
  /** Whether something shows, whatever else is drawn; and whether it does if the element ends here. */
  visible: boolean;
  showsIfEnded: boolean;
  /** Opacity of each open group, all around it multiplied in, as a share of 1. */
  #groups: readonly number[] = [];
  #size: CanvasSize;
  #kind: OutlineKind = "path";
  /** Of the open outline, while nothing shows for sure. */
  #outline: ElementVisibility | undefined;

  constructor(size: CanvasSize, visible: boolean) {
    this.#size = size;
    this.visible = visible;
    this.showsIfEnded = visible;
  }

  become(other: Watch): void {
    this.visible = other.visible;
    this.showsIfEnded = other.showsIfEnded;
    this.#size = other.#size;
    this.#groups = other.#groups;
    this.#kind = other.#kind;
    this.#outline = other.#outline?.clone();
  }

  /** Opacity of all groups that are open. */
  get around(): number {
    return this.#groups.at(-1) ?? 1;
  }

  /** Something shows: by what is known of an element that is drawn just so. */
  settle(): void {
    this.visible = true;
    this.showsIfEnded = true;
    this.#outline = undefined;
  }

  size(width: number, height: number): void {
    this.#size = { width, height };
  }

  shape(geometry: Geometry, look: Appearance): void {
    if (this.visible) return;
    const visibility = visibilityOf(this.#size, look, this.around);
    visibility.draw((pen) => pen.shape({ ...geometry, ...look }));
    if (visibility.visible) this.settle();
  }

  outline(kind: OutlineKind, look: Appearance): void {
    if (this.visible) return;
    this.#kind = kind;
    this.#outline = visibilityOf(this.#size, look, this.around);
  }

  command(command: PathCommand): void {
    const outline = this.#outline;
    if (outline === undefined) return;
    outline.draw((pen) => pen.command(command));
    // What a fill shows, it shows with its subpath closed.
    if (command.type === "Z" && this.showsIfEnded) return;
    this.#look(outline);
  }

  point(x: number, y: number, isFirst: boolean): void {
    const outline = this.#outline;
    if (outline === undefined) return;
    outline.draw((pen) => (isFirst ? pen.moveTo(x, y) : pen.lineTo(x, y)));
    this.#look(outline);
  }

  #look(outline: ElementVisibility): void {
    if (outline.settled) this.settle();
    else this.showsIfEnded = outline.visible;
  }

  endOutline(): void {
    if (this.#kind === "polygon" && this.#outline !== undefined) {
      this.#outline.draw((pen) => pen.close());
      this.#look(this.#outline);
    }
    if (this.showsIfEnded) this.settle();
    this.#outline = undefined;
  }

  group(): void {
    this.#groups = [...this.#groups, this.around];
  }

  fade(opacity: number): void {
    this.#groups = this.#groups.with(-1, (this.around * opacity) / 100);
  }

  endGroup(): void {
    this.#groups = this.#groups.slice(0, -1);
  }
}
