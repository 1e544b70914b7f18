/**
 * The nearest drawing that OmniSVG's vocabulary holds: as its data preparation does, points are
 * clamped to 0 to 199, opacity and the even-odd rule are given up, and the canvas is a square.
 */
import type { Drawing, PathCommand, PathShape } from "../../svg/index.ts";
import { EncodeError } from "../core/svg-tokenizer.ts";
import { arcParameters, canvas } from "./numbering.ts";

/** @throws EncodeError for elements that are no paths, which the canonical form has none of. */
export function fitOmniSvg(drawing: Drawing): Drawing {
  const elements = drawing.elements.map((element, index): PathShape => {
    if (element.kind !== "path") {
      throw new EncodeError(`element ${index}: a ${element.kind} must be a path`);
    }
    const { fill } = element;
    const commands = element.commands.map(fitCommand);
    const rest = { fillRule: "nonzero", fillOpacity: 100, stroke: null, opacity: 100 } as const;
    return { kind: "path", commands, fill, ...rest };
  });
  return { width: canvas, height: canvas, elements };
}

function clamp(value: number): number {
  return Math.min(canvas - 1, Math.max(0, value));
}

function fitCommand(command: PathCommand): PathCommand {
  switch (command.type) {
    case "Z":
      return command;
    case "C":
      return {
        type: "C",
        x1: clamp(command.x1),
        y1: clamp(command.y1),
        x2: clamp(command.x2),
        y2: clamp(command.y2),
        x: clamp(command.x),
        y: clamp(command.y),
      };
    case "A": {
      // A quarter turn of an ellipse is the same as its radii exchanged.
      const turned = command.rotation >= arcParameters;
      const rotation = turned ? command.rotation - 90 : command.rotation;
      const rx = clamp(turned ? command.ry : command.rx);
      const ry = clamp(turned ? command.rx : command.ry);
      return { ...command, rx, ry, rotation, x: clamp(command.x), y: clamp(command.y) };
    }
    default:
      return { ...command, x: clamp(command.x), y: clamp(command.y) };
  }
}
