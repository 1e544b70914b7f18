/**
 * Writes path commands, each as its token and its numbers. Horizontal, vertical and smooth commands
 * stand wherever they say the same, so that every path has one form.
 */
import type { PathCommand } from "../../svg/index.ts";
import { PathPen } from "./path-pen.ts";
import { type SemanticName, semanticToken } from "./tokens.ts";

export class PathWriter {
  readonly #relative: boolean;
  readonly #format: (value: number) => string;
  readonly #pen = new PathPen();
  #text = "";

  constructor(positions: "absolute" | "relative", format: (value: number) => string) {
    this.#relative = positions === "relative";
    this.#format = format;
  }

  write(commands: readonly PathCommand[]): string {
    for (const command of commands) {
      const [name, values] = this.#form(command);
      this.#text += semanticToken(name) + values.join(" ");
      this.#pen.follow(command);
    }
    return this.#text;
  }

  #form(command: PathCommand): readonly [SemanticName, readonly string[]] {
    const pen = this.#pen;
    switch (command.type) {
      case "M":
        return ["moveto", this.#points(command.x, command.y)];
      case "L":
        if (command.y === pen.y) return ["horizontal_lineto", [this.#x(command.x)]];
        if (command.x === pen.x) return ["vertical_lineto", [this.#y(command.y)]];
        return ["lineto", this.#points(command.x, command.y)];
      case "Q": {
        const { x1, y1, x, y } = command;
        const mirror = pen.reflected("Q");
        const smooth = x1 === mirror.x && y1 === mirror.y;
        if (smooth) return ["smooth_quadratic_bezier_curveto", this.#points(x, y)];
        return ["quadratic_bezier_curve", this.#points(x1, y1, x, y)];
      }
      case "C": {
        const { x1, y1, x2, y2, x, y } = command;
        const mirror = pen.reflected("C");
        const smooth = x1 === mirror.x && y1 === mirror.y;
        if (smooth) return ["smooth_curveto", this.#points(x2, y2, x, y)];
        return ["curveto", this.#points(x1, y1, x2, y2, x, y)];
      }
      case "A": {
        const flags = [command.largeArc ? "1" : "0", command.sweep ? "1" : "0"];
        const radii = [this.#format(command.rx), this.#format(command.ry)];
        const end = this.#points(command.x, command.y);
        return ["elliptical_Arc", [...radii, String(command.rotation), ...flags, ...end]];
      }
      case "Z":
        return ["close_the_path", []];
    }
  }

  #points(...coordinates: readonly number[]): string[] {
    return coordinates.map((value, i) => (i % 2 === 0 ? this.#x(value) : this.#y(value)));
  }

  #x(value: number): string {
    return this.#format(this.#relative ? value - this.#pen.x : value);
  }

  #y(value: number): string {
    return this.#format(this.#relative ? value - this.#pen.y : value);
  }
}
