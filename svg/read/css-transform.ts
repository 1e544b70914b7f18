/**
 * The properties `transform`, `translate`, `rotate`, `scale` and `transform-origin` (CSS Transforms 1
 * and 2). What turns out of the plane is seen from straight ahead, as without a perspective.
 */
import { maxLengthText } from "../limits.ts";
import { type LengthUnits, lengthOf } from "./length.ts";
import { parseMath, type Quantity } from "./math.ts";
import { identity, type Matrix, multiply, scaling, translation } from "./matrix.ts";
import { NumberReader } from "./number-reader.ts";
import { degree, rotation } from "./transform.ts";
import type { Box } from "./viewport.ts";

/** A map, or one that depends on the box which percentages refer to. */
export type Transform = Matrix | ((box: Box) => Matrix);

/** The point that stays in place. */
export type TransformOrigin = (box: Box) => { readonly x: number; readonly y: number };

/** Functions of one list. */
const maxFunctions = 64;

export function transformMatrix(transform: Transform, box: () => Box): Matrix {
  return typeof transform === "function" ? transform(box()) : transform;
}

/** Applies `inner` first. */
export function composed(outer: Transform, inner: Transform): Transform {
  if (typeof outer !== "function" && typeof inner !== "function") return multiply(outer, inner);
  return (box) => {
    const at = () => box;
    return multiply(transformMatrix(outer, at), transformMatrix(inner, at));
  };
}

/** A list of functions, or `none`; undefined where it is invalid. */
export function parseCssTransform(value: string, units: LengthUnits): Transform | undefined {
  if (/^none$/i.test(value)) return identity;
  const call = /\s*([a-z0-9]+)\(/iy;
  let transform: Transform = identity;
  let at = 0;
  for (let count = 0; at < value.length; count++) {
    call.lastIndex = at;
    const name = call.exec(value)?.[1];
    if (name === undefined || count === maxFunctions) return undefined;
    const close = closing(value, call.lastIndex);
    if (close < 0) return undefined;
    const written = splitAtCommas(value.slice(call.lastIndex, close));
    const next = functionTransform(name.toLowerCase(), written, units);
    if (next === undefined) return undefined;
    transform = composed(transform, next);
    at = close + 1;
  }
  return transform;
}

function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

/** White space separates, but not within brackets. */
export function splitAtSpaces(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = "";
  for (const c of text) {
    if (c === "(") depth++;
    else if (c === ")") depth--;
    if (depth === 0 && /\s/.test(c)) {
      if (part !== "") parts.push(part);
      part = "";
    } else part += c;
  }
  if (part !== "") parts.push(part);
  return parts;
}

const reader = new NumberReader();

/** @param percent what 100 % is: a number where percentages are numbers */
function quantity(
  text: string,
  units: LengthUnits,
  percent: Quantity | undefined,
): Quantity | undefined {
  if (text.length > maxLengthText) return undefined;
  const read = (value: number, unit: string): Quantity | undefined => {
    if (unit === "") return { value, dimension: "number" };
    if (unit === "%") return percent && { ...percent, value: (value * percent.value) / 100 };
    const turn = angles.get(unit);
    if (turn !== undefined) return { value: value * turn, dimension: "angle" };
    const length = lengthOf(value, unit, 0, units);
    return length === undefined ? undefined : { value: length, dimension: "length" };
  };
  reader.reset(text);
  if (!reader.number()) return parseMath(text, read);
  return read(reader.value, text.slice(reader.position).toLowerCase());
}

/** In degrees. */
const angles = new Map([
  ["deg", 1],
  ["grad", 0.9],
  ["rad", 1 / degree],
  ["turn", 360],
]);

function numberOf(text: string, units: LengthUnits): number | undefined {
  const read = quantity(text, units, { value: 1, dimension: "number" });
  return read?.dimension === "number" ? read.value : undefined;
}

function angleOf(text: string, units: LengthUnits): number | undefined {
  const read = quantity(text, units, undefined);
  if (read?.dimension === "angle") return read.value;
  return read?.dimension === "number" && read.value === 0 ? 0 : undefined;
}

/** A length that depends on the side of a box where it has percentages. */
type Length = (side: number) => number;

function lengthIn(text: string, units: LengthUnits): Length | undefined {
  const at = (side: number) => {
    const read = quantity(text, units, { value: side, dimension: "length" });
    if (read?.dimension === "length") return read.value;
    return read?.dimension === "number" && read.value === 0 ? 0 : undefined;
  };
  const [none, some] = [at(0), at(1)];
  if (none === undefined || some === undefined) return undefined;
  return none === some ? () => none : (side) => at(side) ?? 0;
}

function translate(x: Length | undefined, y: Length | undefined): Transform | undefined {
  if (x === undefined || y === undefined) return undefined;
  const fixed = x(0) === x(1) && y(0) === y(1);
  const at = ({ width, height }: { width: number; height: number }) =>
    translation(x(width), y(height));
  return fixed ? at({ width: 0, height: 0 }) : at;
}

const nothing: Length = () => 0;

function functionTransform(
  name: string,
  written: readonly string[],
  units: LengthUnits,
): Transform | undefined {
  const count = written.length;
  const length = (i: number) => lengthIn(written[i]!, units);
  const number = (i: number) => numberOf(written[i]!, units);
  const angle = (i: number) => angleOf(written[i]!, units);
  switch (name) {
    case "translate":
      return count > 2 ? undefined : translate(length(0), count === 2 ? length(1) : nothing);
    case "translatex":
      return count === 1 ? translate(length(0), nothing) : undefined;
    case "translatey":
      return count === 1 ? translate(nothing, length(0)) : undefined;
    case "translatez":
      return count === 1 && length(0) !== undefined ? identity : undefined;
    case "translate3d":
      return count === 3 && length(2) !== undefined ? translate(length(0), length(1)) : undefined;
    case "scale":
      return count > 2 ? undefined : scale(number(0), count === 2 ? number(1) : number(0));
    case "scalex":
      return count === 1 ? scale(number(0), 1) : undefined;
    case "scaley":
      return count === 1 ? scale(1, number(0)) : undefined;
    case "scalez":
      return count === 1 && number(0) !== undefined ? identity : undefined;
    case "scale3d":
      return count === 3 && number(2) !== undefined ? scale(number(0), number(1)) : undefined;
    case "rotate":
    case "rotatez":
      return count === 1 ? turned(0, 0, 1, angle(0)) : undefined;
    case "rotatex":
      return count === 1 ? turned(1, 0, 0, angle(0)) : undefined;
    case "rotatey":
      return count === 1 ? turned(0, 1, 0, angle(0)) : undefined;
    case "rotate3d":
      return count === 4 ? turned(number(0), number(1), number(2), angle(3)) : undefined;
    case "skew":
      return count > 2 ? undefined : skew(angle(0), count === 2 ? angle(1) : 0);
    case "skewx":
      return count === 1 ? skew(angle(0), 0) : undefined;
    case "skewy":
      return count === 1 ? skew(0, angle(0)) : undefined;
    case "matrix":
      return count === 6 ? matrixOf(written.map((each) => numberOf(each, units))) : undefined;
    case "matrix3d": {
      if (count !== 16) return undefined;
      const all = written.map((each) => numberOf(each, units));
      const flat = all[3] === 0 && all[7] === 0 && all[15] === 1;
      return flat ? matrixOf([0, 1, 4, 5, 12, 13].map((i) => all[i])) : undefined;
    }
    default:
      return undefined;
  }
}

function scale(x: number | undefined, y: number | undefined): Matrix | undefined {
  return x === undefined || y === undefined ? undefined : scaling(x, y);
}

function skew(x: number | undefined, y: number | undefined): Matrix | undefined {
  if (x === undefined || y === undefined) return undefined;
  return { ...identity, c: Math.tan(x * degree), b: Math.tan(y * degree) };
}

function matrixOf(numbers: readonly (number | undefined)[]): Matrix | undefined {
  if (!numbers.every((each) => each !== undefined)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
  return { a, b, c, d, e, f };
}

/** A turn about an axis in space, seen from straight ahead. */
function turned(
  x: number | undefined,
  y: number | undefined,
  z: number | undefined,
  angle: number | undefined,
): Matrix | undefined {
  if (x === undefined || y === undefined || z === undefined || angle === undefined) {
    return undefined;
  }
  if (x === 0 && y === 0) return z === 0 ? identity : rotation(z < 0 ? -angle : angle);
  const size = Math.hypot(x, y, z);
  const [u, v, w] = [x / size, y / size, z / size];
  const cos = Math.cos(angle * degree);
  const sin = Math.sin(angle * degree);
  return {
    a: cos + u * u * (1 - cos),
    b: u * v * (1 - cos) + w * sin,
    c: u * v * (1 - cos) - w * sin,
    d: cos + v * v * (1 - cos),
    e: 0,
    f: 0,
  };
}

/** The property `translate`. */
export function parseTranslate(value: string, units: LengthUnits): Transform | undefined {
  if (/^none$/i.test(value)) return identity;
  const [x, y = "0", z = "0", ...more] = splitAtSpaces(value);
  if (x === undefined || more.length > 0 || lengthIn(z, units) === undefined) return undefined;
  return translate(lengthIn(x, units), lengthIn(y, units));
}

/** The property `rotate`. */
export function parseRotate(value: string, units: LengthUnits): Transform | undefined {
  if (/^none$/i.test(value)) return identity;
  const words = splitAtSpaces(value);
  const at = words.findIndex((word) => angleOf(word, units) !== undefined && !/^0$/.test(word));
  const [turn] = at < 0 ? [] : words.splice(at, 1);
  if (turn === undefined) return undefined;
  const angle = angleOf(turn, units);
  const axes: Readonly<Record<string, readonly number[]>> = {
    "": [0, 0, 1],
    x: [1, 0, 0],
    y: [0, 1, 0],
    z: [0, 0, 1],
  };
  const named = words.join(" ").toLowerCase();
  const axis = Object.hasOwn(axes, named)
    ? axes[named]!
    : words.map((word) => numberOf(word, units));
  return axis.length === 3 ? turned(axis[0], axis[1], axis[2], angle) : undefined;
}

/** The property `scale`. */
export function parseScale(value: string, units: LengthUnits): Transform | undefined {
  if (/^none$/i.test(value)) return identity;
  const numbers = splitAtSpaces(value).map((word) => numberOf(word, units));
  if (numbers.length < 1 || numbers.length > 3) return undefined;
  return scale(numbers[0], numbers.length === 1 ? numbers[0] : numbers[1]);
}

const sides = new Map([
  ["left", "0%"],
  ["top", "0%"],
  ["center", "50%"],
  ["right", "100%"],
  ["bottom", "100%"],
]);

/** @param unitless whether a number needs no unit, as in the attribute */
export function parseOrigin(
  value: string,
  units: LengthUnits,
  unitless: boolean,
): TransformOrigin | undefined {
  const words = splitAtSpaces(value.toLowerCase());
  if (words.length < 1 || words.length > 3) return undefined;
  const upright = /^(top|bottom)$/.test(words[0]!) || /^(left|right)$/.test(words[1] ?? "");
  const [first = "center", second = "center"] = upright ? [words[1], words[0]] : words;
  const length = (word: string) => {
    const plain = unitless && /^[-+.\d]+(e[-+]?\d+)?$/.test(word) ? `${word}px` : word;
    return lengthIn(sides.get(word) ?? plain, units);
  };
  const [x, y] = [length(first), length(second)];
  if (x === undefined || y === undefined) return undefined;
  return (box) => ({ x: box.x + x(box.width), y: box.y + y(box.height) });
}
