/** Paths as OmniSVG writes them: commands with merged points, then the fill that closes the path. */
import type { Drawing, Paint, PathCommand, PathShape, Shape } from "../../svg/index.ts";
import { DecodeError, EncodeError } from "../core/svg-tokenizer.ts";
import { arcParameters, canvas, type OmniSvgNumbers } from "./numbering.ts";

const plain = { fillRule: "nonzero", fillOpacity: 100, stroke: null, opacity: 100 } as const;

/** @throws EncodeError naming the element that the vocabulary cannot hold; see `fit.ts`. */
export function encodeOmniSvg(drawing: Drawing, numbers: OmniSvgNumbers): number[] {
  const { width, height, elements } = drawing;
  if (width !== canvas || height !== canvas) {
    throw new EncodeError(`the view box must be ${canvas} x ${canvas}, not ${width} x ${height}`);
  }
  const ids = [numbers.special.drawing];
  for (const [index, element] of elements.entries()) {
    const refuse = (why: string): never => {
      throw new EncodeError(`element ${index}: ${why}`);
    };
    if (element.kind !== "path") return refuse(`a ${element.kind} must be a path`);
    requirePlain(element, refuse);
    writeCommands(element, numbers, ids, refuse);
    ids.push(colorToken(element.fill, numbers, refuse));
  }
  ids.push(numbers.special.eos);
  return ids;
}

type Refuse = (why: string) => never;

function requirePlain(shape: Shape, refuse: Refuse): void {
  if (shape.stroke !== null) refuse("a stroke cannot be written");
  if (shape.opacity !== 100 || shape.fillOpacity !== 100) refuse("opacity cannot be written");
  if (shape.fillRule !== "nonzero") refuse("the fill rule must be nonzero");
}

function writeCommands(
  { commands }: PathShape,
  numbers: OmniSvgNumbers,
  ids: number[],
  refuse: Refuse,
): void {
  const point = (x: number, y: number): number => {
    const fits = x >= 0 && y >= 0 && x < canvas && y < canvas;
    if (!fits || !Number.isInteger(x) || !Number.isInteger(y)) {
      refuse(`the point ${x},${y} is not on the canvas of 0 to ${canvas - 1}`);
    }
    return numbers.point + y * canvas + x;
  };
  let last: number | undefined;
  let start = 0;
  for (const command of commands) {
    switch (command.type) {
      case "M": {
        // A moveto names the point that it leaves, the first one its own.
        const to = point(command.x, command.y);
        ids.push(numbers.moveto, last ?? to, to);
        start = last = to;
        break;
      }
      case "L":
        last = point(command.x, command.y);
        ids.push(numbers.lineto, last);
        break;
      case "C":
        last = point(command.x, command.y);
        ids.push(numbers.curve, point(command.x1, command.y1), point(command.x2, command.y2), last);
        break;
      case "A": {
        const { rotation } = command;
        if (!Number.isInteger(rotation) || rotation < 0 || rotation >= arcParameters) {
          refuse(`an arc's rotation must be below ${arcParameters} degrees, not ${rotation}`);
        }
        last = point(command.x, command.y);
        ids.push(numbers.arc, point(command.rx, command.ry), numbers.parameter + rotation);
        ids.push(numbers.parameter + (command.largeArc ? 1 : 0));
        ids.push(numbers.parameter + (command.sweep ? 1 : 0), last);
        break;
      }
      case "Z":
        last = start;
        ids.push(numbers.close, start);
        break;
      default:
        refuse(`the command ${command.type} must be written as a cubic`);
    }
  }
}

function colorToken(fill: Paint | null, numbers: OmniSvgNumbers, refuse: Refuse): number {
  if (fill === null) return numbers.none;
  if (fill.kind === "currentColor") return numbers.currentColor;
  if (fill.kind !== "color") return refuse("a gradient cannot be written");
  const short = ((fill.rgb >> 12) & 0xf00) | ((fill.rgb >> 8) & 0xf0) | ((fill.rgb >> 4) & 0xf);
  if (longColor(short) !== fill.rgb) refuse("its fill is none of the 4,096 colors of 12 bits");
  return numbers.color + short;
}

function longColor(short: number): number {
  return (((short & 0xf00) << 8) | ((short & 0xf0) << 4) | (short & 0xf)) * 0x11;
}

/**
 * Points that only repeat others (the first of a moveto, that of a closepath) may be any, as models
 * get them wrong and OmniSVG's own reader passes over them.
 * @throws DecodeError at the first token that does not fit.
 */
export function decodeOmniSvg(ids: ArrayLike<number>, numbers: OmniSvgNumbers): Drawing {
  const { special } = numbers;
  let position = 0;
  const fail = (why: string): never => {
    throw new DecodeError(
      position < ids.length ? why : `the tokens end here, but ${why}`,
      position,
    );
  };
  const peek = (): number => (position < ids.length ? ids[position]! : -1);
  const take = (first: number, size: number, what: string): number => {
    const id = peek();
    if (id < first || id >= first + size) fail(`${what} must stand here`);
    position++;
    return id - first;
  };
  const point = (): [number, number] => {
    const index = take(numbers.point, canvas * canvas, "a point");
    return [index % canvas, Math.floor(index / canvas)];
  };
  const command = (): PathCommand | undefined => {
    const id = peek();
    position++;
    switch (id) {
      case numbers.moveto: {
        point();
        const [x, y] = point();
        return { type: "M", x, y };
      }
      case numbers.lineto: {
        const [x, y] = point();
        return { type: "L", x, y };
      }
      case numbers.curve: {
        const [x1, y1] = point();
        const [x2, y2] = point();
        const [x, y] = point();
        return { type: "C", x1, y1, x2, y2, x, y };
      }
      case numbers.arc: {
        const [rx, ry] = point();
        const rotation = take(numbers.parameter, arcParameters, "a rotation");
        const largeArc = take(numbers.parameter, 2, "a flag") === 1;
        const sweep = take(numbers.parameter, 2, "a flag") === 1;
        const [x, y] = point();
        return { type: "A", rx, ry, rotation, largeArc, sweep, x, y };
      }
      case numbers.close:
        point();
        return { type: "Z" };
      default:
        position--;
        return undefined;
    }
  };
  const fill = (): Paint | null => {
    const index = take(numbers.none, 2 + 4096, "a command or a color");
    if (index === 0) return null;
    return index === 1 ? { kind: "currentColor" } : { kind: "color", rgb: longColor(index - 2) };
  };
  const path = (): PathShape => {
    const commands: PathCommand[] = [];
    for (let next = command(); next !== undefined; next = command()) commands.push(next);
    return { kind: "path", commands, fill: fill(), ...plain };
  };

  take(special.drawing, 1, "the token that opens a drawing");
  const elements: PathShape[] = [];
  while (peek() !== special.eos) {
    if (peek() !== numbers.moveto) fail("a moveto or the end must stand here");
    elements.push(path());
  }
  position++;
  if (position < ids.length) fail("the drawing has ended before this token");
  return { width: canvas, height: canvas, elements };
}
