/** What room a drawing takes, and whether its two halves are alike. */
import type { Drawing, PathCommand, Shape } from "../../svg/index.ts";
import { mirror, shapesOf } from "./move.ts";

/** In grid units. */
export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * A box that surely holds the drawing: of its points, its curves' control points and its arcs'
 * bulge, with half the stroke around. Null where there is no point.
 */
export function extentOf({ elements }: Drawing): Extent | null {
  const places = shapesOf(elements).flatMap((shape) => {
    const margin = (shape.stroke?.width ?? 0) / 2;
    return pointsOf(shape).map(({ x, y, around = 0 }) => ({ x, y, room: margin + around }));
  });
  if (places.length === 0) return null;
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));
  return {
    left: least(places.map(({ x, room }) => x - room)),
    top: least(places.map(({ y, room }) => y - room)),
    right: most(places.map(({ x, room }) => x + room)),
    bottom: most(places.map(({ y, room }) => y + room)),
  };
}

/**
 * Whether the drawing shows the same when it is flipped from left to right, to one thirty-second of
 * its size; whichever way its lines run.
 */
export function isSymmetric(drawing: Drawing): boolean {
  const scale = 32 / Math.max(drawing.width, drawing.height);
  const listed = ({ elements }: Drawing) =>
    shapesOf(elements)
      .flatMap(pointsOf)
      .map(({ x, y }) => `${Math.round(x * scale)},${Math.round(y * scale)}`)
      .sort()
      .join(" ");
  return listed(drawing) === listed(mirror(drawing));
}

interface Place {
  readonly x: number;
  readonly y: number;
  /** How far the outline may lie from the point. */
  readonly around?: number;
}

function pointsOf(shape: Shape): Place[] {
  switch (shape.kind) {
    case "path":
      return shape.commands.flatMap((command, index) =>
        pointsOfCommand(command, shape.commands[index - 1]),
      );
    case "circle":
      return corners(shape.cx - shape.r, shape.cy - shape.r, 2 * shape.r, 2 * shape.r);
    case "ellipse":
      return corners(shape.cx - shape.rx, shape.cy - shape.ry, 2 * shape.rx, 2 * shape.ry);
    case "rect":
      return corners(shape.x, shape.y, shape.width, shape.height);
    case "line":
      return [
        { x: shape.x1, y: shape.y1 },
        { x: shape.x2, y: shape.y2 },
      ];
    case "polyline":
    case "polygon":
      return [...shape.points];
  }
}

function corners(x: number, y: number, width: number, height: number): Place[] {
  return [x, x + width].flatMap((left) => [y, y + height].map((top) => ({ x: left, y: top })));
}

function pointsOfCommand(command: PathCommand, before: PathCommand | undefined): Place[] {
  switch (command.type) {
    case "Z":
      return [];
    case "M":
    case "L":
      return [{ x: command.x, y: command.y }];
    case "Q":
      return [
        { x: command.x1, y: command.y1 },
        { x: command.x, y: command.y },
      ];
    case "C":
      return [
        { x: command.x1, y: command.y1 },
        { x: command.x2, y: command.y2 },
        { x: command.x, y: command.y },
      ];
    case "A": {
      const { x, y, largeArc } = command;
      const from = before === undefined || before.type === "Z" ? { x, y } : before;
      const half = Math.hypot(x - from.x, y - from.y) / 2;
      const radius = Math.max(command.rx, command.ry, half);
      const bulge = radius - Math.sqrt(radius * radius - half * half);
      return [{ x, y, around: largeArc ? 2 * radius - bulge : bulge }];
    }
  }
}
