/**
 * What a drawing shows, as a number that near-identical drawings share: the coarse geometry of its
 * shapes, whatever their order, their paint and their stroke, and whether it is flipped from left
 * to right. Copies, recolourings, aliases and mirror images therefore fall on one side of the split.
 */
import { createHash } from "node:crypto";
import type { Drawing, Shape } from "../../svg/index.ts";
import { mirror, shapesOf } from "./move.ts";

/**
 * Length of the longer side of the view box in the coarse geometry. On 32, no whole or half
 * coordinate of a 24-unit icon lies where rounding would tip, so that the fine grid does not matter.
 */
const coarseGrid = 32;

/** 64 hexadecimal digits. The same for a drawing and for its mirror image. */
export function fingerprint(drawing: Drawing): string {
  const sides = [outline(drawing), outline(mirror(drawing))].sort();
  return createHash("sha256")
    .update(sides[0] ?? "")
    .digest("hex");
}

/** A number in 0 to 1, evenly spread, that depends on the fingerprint alone. */
export function positionOf(print: string): number {
  return Number.parseInt(print.slice(0, 12), 16) / 16 ** 12;
}

function outline(drawing: Drawing): string {
  const scale = coarseGrid / Math.max(drawing.width, drawing.height);
  return shapesOf(drawing.elements)
    .map((shape) => coarse(shape, scale))
    .sort()
    .join("\n");
}

function coarse(shape: Shape, scale: number): string {
  const at = (...lengths: number[]) =>
    lengths.map((length) => Math.round(length * scale)).join(",");
  switch (shape.kind) {
    case "circle":
      return `circle ${at(shape.cx, shape.cy, shape.r)}`;
    case "ellipse":
      return `ellipse ${at(shape.cx, shape.cy, shape.rx, shape.ry)}`;
    case "rect":
      return `rect ${at(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height, shape.rx)}`;
    case "line":
      return `path M${at(shape.x1, shape.y1)} L${at(shape.x2, shape.y2)}`;
    case "polyline":
    case "polygon":
      return `path ${shape.points.map(({ x, y }) => at(x, y)).join(" ")}`;
    case "path":
      return `path ${shape.commands
        .map((command) => {
          if (command.type === "Z") return "Z";
          const { type, x, y } = command;
          if (type === "A") return `A${at(command.rx, command.ry)} ${command.sweep} ${at(x, y)}`;
          if (type === "Q") return `Q${at(command.x1, command.y1, x, y)}`;
          if (type === "C") return `C${at(command.x1, command.y1, command.x2, command.y2, x, y)}`;
          return `${type}${at(x, y)}`;
        })
        .join(" ")}`;
  }
}
