/** Reads the commands of a path, absolute and in full. */
import type { PathCommand } from "../../svg/index.ts";
import type { ItemReader, WordReader } from "./item-reader.ts";
import { PathPen } from "./path-pen.ts";
import type { SemanticName } from "./tokens.ts";

const commandNames: readonly SemanticName[] = [
  "moveto",
  "lineto",
  "horizontal_lineto",
  "vertical_lineto",
  "curveto",
  "smooth_curveto",
  "quadratic_bezier_curve",
  "smooth_quadratic_bezier_curveto",
  "elliptical_Arc",
  "close_the_path",
];

export function readPath(items: ItemReader, positions: "absolute" | "relative"): PathCommand[] {
  const commands: PathCommand[] = [];
  const pen = new PathPen();
  if (!items.at("moveto")) items.fail("a path begins with a moveto");
  for (let { name } = items; name !== undefined && commandNames.includes(name); { name } = items) {
    const words = items.words(name);
    const command = readCommand(name, words, pen, positions === "relative");
    words.end();
    pen.follow(command);
    commands.push(command);
  }
  return commands;
}

function readCommand(
  name: SemanticName,
  words: WordReader,
  pen: PathPen,
  relative: boolean,
): PathCommand {
  const readX = () => words.number() + (relative ? pen.x : 0);
  const readY = () => words.number() + (relative ? pen.y : 0);
  switch (name) {
    case "moveto":
      return { type: "M", x: readX(), y: readY() };
    case "lineto":
      return { type: "L", x: readX(), y: readY() };
    case "horizontal_lineto":
      return { type: "L", x: readX(), y: pen.y };
    case "vertical_lineto":
      return { type: "L", x: pen.x, y: readY() };
    case "quadratic_bezier_curve":
      return { type: "Q", x1: readX(), y1: readY(), x: readX(), y: readY() };
    case "smooth_quadratic_bezier_curveto": {
      const { x: x1, y: y1 } = pen.reflected("Q");
      return { type: "Q", x1, y1, x: readX(), y: readY() };
    }
    case "curveto":
      return {
        type: "C",
        x1: readX(),
        y1: readY(),
        x2: readX(),
        y2: readY(),
        x: readX(),
        y: readY(),
      };
    case "smooth_curveto": {
      const { x: x1, y: y1 } = pen.reflected("C");
      return { type: "C", x1, y1, x2: readX(), y2: readY(), x: readX(), y: readY() };
    }
    case "elliptical_Arc": {
      const rx = words.number();
      const ry = words.number();
      const rotation = words.integer();
      if (rotation < 0 || rotation > 179) words.fail(`a rotation is 0 to 179, not ${rotation}`);
      const largeArc = words.flag();
      const sweep = words.flag();
      return { type: "A", rx, ry, rotation, largeArc, sweep, x: readX(), y: readY() };
    }
    default:
      return { type: "Z" };
  }
}
