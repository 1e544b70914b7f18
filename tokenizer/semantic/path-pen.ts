/** Where a path has come to: the last point, the subpath's start, the last control point. */
import type { PathCommand } from "../../svg/index.ts";

export class PathPen {
  x = 0;
  y = 0;
  #startX = 0;
  #startY = 0;
  #control: { readonly type: "C" | "Q"; readonly x: number; readonly y: number } | undefined;

  follow(command: PathCommand): void {
    this.#control = undefined;
    if (command.type === "Z") {
      this.x = this.#startX;
      this.y = this.#startY;
      return;
    }
    if (command.type === "M") {
      this.#startX = command.x;
      this.#startY = command.y;
    } else if (command.type === "C") {
      this.#control = { type: "C", x: command.x2, y: command.y2 };
    } else if (command.type === "Q") {
      this.#control = { type: "Q", x: command.x1, y: command.y1 };
    }
    this.x = command.x;
    this.y = command.y;
  }

  /**
   * The first control point of a smooth command: the last one mirrored at the last point, or that
   * point itself after a command of another kind (SVG 2, section 9.3.6).
   */
  reflected(type: "C" | "Q"): { readonly x: number; readonly y: number } {
    if (this.#control?.type !== type) return { x: this.x, y: this.y };
    return { x: 2 * this.x - this.#control.x, y: 2 * this.y - this.#control.y };
  }
}
