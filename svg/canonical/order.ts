/**
 * One order for what may stand in any: a drawing looks the same whichever of its lines is drawn first
 * and from which end, so a model need not learn an artist's habits. Nothing is reordered where that
 * could be seen.
 */
import type { Appearance, DrawingElement, Paint, PathCommand, Point, Shape } from "../drawing.ts";
import { clockwise, commandsOf, comparePoints, fromTheTop, subpathsOf } from "./subpath.ts";

/**
 * Elements from the top down, then from left to right, each path likewise; a path of several lines
 * becomes several paths. Elements of several
 * colours, translucent ones and groups keep their places; dashed lines keep their direction, and
 * filled paths the turn of their subpaths. Idempotent.
 *
 * @param elements canonical
 */
export function sortElements(elements: readonly DrawingElement[]): DrawingElement[] {
  const sorted: DrawingElement[] = [];
  let run: Shape[] = [];
  const close = () => {
    sorted.push(
      ...run
        .map((shape) => [startOf(shape), shape] as const)
        .sort(byStart)
        .map(second),
    );
    run = [];
  };
  for (const element of elements) {
    if (element.kind === "group") {
      close();
      sorted.push({ ...element, children: sortElements(element.children) });
      continue;
    }
    if (run.length > 0 && !commute(run[0]!, element)) close();
    run.push(...split(sortShape(element)));
  }
  close();
  return sorted;
}

/** Lines of one stroke, drawn in one path or in several, are the same; so each is a path of its own. */
function split(shape: Shape): Shape[] {
  const { kind, fill, stroke } = shape;
  if (kind !== "path" || fill !== null || stroke === null) return [shape];
  // One colour over itself shows where it is translucent.
  if (soleColor(shape) === null || stroke.dashes.length > 0) return [shape];
  const subpaths = subpathsOf(shape.commands);
  if (subpaths.length === 1) return [shape];
  return subpaths.map((subpath) => ({ ...shape, commands: commandsOf(subpath) }));
}

type Started<T> = readonly [start: Point, value: T];

function byStart<T>([a, first]: Started<T>, [b, second]: Started<T>): number {
  return comparePoints(a, b) || compareTexts(JSON.stringify(first), JSON.stringify(second));
}

function second<T>([, value]: Started<T>): T {
  return value;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Whether the two may change places: both in one opaque colour. */
function commute(a: Shape, b: Shape): boolean {
  const color = soleColor(a);
  return color !== null && color === soleColor(b);
}

/** The one opaque colour that a shape is painted in; null where there are several or a gradient. */
function soleColor({ fill, fillOpacity, stroke, opacity }: Appearance): string | null {
  if (opacity !== 100) return null;
  const colors = new Set<string | null>();
  if (fill !== null) colors.add(fillOpacity === 100 ? colorOf(fill) : null);
  if (stroke !== null) colors.add(stroke.opacity === 100 ? colorOf(stroke.paint) : null);
  const [color = null] = colors;
  return colors.size === 1 ? color : null;
}

function colorOf(paint: Paint): string | null {
  if (paint.kind === "currentColor") return "current";
  return paint.kind === "color" ? String(paint.rgb) : null;
}

/** Where the pen begins, or the upper left of what has no beginning. */
function startOf(shape: Shape): Point {
  switch (shape.kind) {
    case "path":
      return beginning(shape.commands);
    case "circle":
      return { x: shape.cx - shape.r, y: shape.cy - shape.r };
    case "ellipse":
      return { x: shape.cx - shape.rx, y: shape.cy - shape.ry };
    case "rect":
      return { x: shape.x, y: shape.y };
    case "line":
      return { x: shape.x1, y: shape.y1 };
    case "polyline":
    case "polygon":
      return shape.points[0]!;
  }
}

function beginning(commands: readonly PathCommand[]): Point {
  const [first] = commands;
  return first?.type === "M" ? first : { x: 0, y: 0 };
}

function sortShape(shape: Shape): Shape {
  if (shape.stroke !== null && shape.stroke.dashes.length > 0) return shape;
  switch (shape.kind) {
    case "path":
      return { ...shape, commands: sortPath(shape.commands, shape) };
    case "line": {
      const { x1, y1, x2, y2 } = shape;
      const upsideDown = comparePoints({ x: x2, y: y2 }, { x: x1, y: y1 }) < 0;
      return upsideDown ? { ...shape, x1: x2, y1: y2, x2: x1, y2: y1 } : shape;
    }
    case "polyline":
      return { ...shape, points: sortPoints(shape.points, false) };
    case "polygon":
      return { ...shape, points: sortPoints(shape.points, true) };
    default:
      return shape;
  }
}

function sortPath(commands: readonly PathCommand[], { fill, fillRule }: Appearance): PathCommand[] {
  const subpaths = subpathsOf(commands);
  const mayTurn = fill === null || fillRule === "evenodd" || subpaths.length === 1;
  return subpaths
    .map((subpath) => {
      const turned = mayTurn ? clockwise(subpath) : subpath;
      return commandsOf(mayTurn || turned.closed ? fromTheTop(turned) : turned);
    })
    .map((written) => [beginning(written), written] as const)
    .sort(byStart)
    .flatMap(second);
}

/** Points as the corners of a path. */
function sortPoints(points: readonly Point[], closed: boolean): Point[] {
  const [start, ...others] = points;
  if (start === undefined || others.length === 0) return [...points];
  const commands: PathCommand[] = [
    { type: "M", ...start },
    ...others.map(({ x, y }) => ({ type: "L", x, y }) as const),
  ];
  if (!closed) {
    const [subpath] = subpathsOf(commands);
    return pointsOf(commandsOf(fromTheTop(subpath!)));
  }
  const [subpath] = subpathsOf([...commands, { type: "Z" }]);
  return pointsOf(commandsOf(fromTheTop(clockwise(subpath!))));
}

function pointsOf(commands: readonly PathCommand[]): Point[] {
  return commands.flatMap((command) =>
    command.type === "Z" ? [] : [{ x: command.x, y: command.y }],
  );
}
