/** The `transform` attribute and property. */
import { parseLength, rootFontSize } from "./length.ts";
import { identity, type Matrix, multiply, scaling, translation } from "./matrix.ts";
import { NumberReader } from "./number-reader.ts";

const degree = Math.PI / 180;

/** The map of a transform list; undefined where it is invalid. */
export function parseTransform(value: string): Matrix | undefined {
  if (value.trim() === "none") return identity;
  const reader = new NumberReader(value);
  let matrix = identity;
  reader.skipSpace();
  while (!reader.atEnd) {
    const open = value.indexOf("(", reader.position);
    if (open < 0) return undefined;
    const name = value.slice(reader.position, open).trim();
    reader.position = open + 1;
    const numbers = readArguments(reader);
    const next = numbers && functionMatrix(name, numbers);
    if (next === undefined) return undefined;
    matrix = multiply(matrix, next);
    reader.skipComma();
  }
  return matrix;
}

/**
 * The point that `transform-origin` keeps in place, in a viewport; undefined where the value is
 * invalid.
 */
export function parseOrigin(
  value: string,
  port: { readonly width: number; readonly height: number },
): { x: number; y: number } | undefined {
  const words = value.split(/\s+/, 4);
  const upright = /^(top|bottom)$/.test(words[0] ?? "") || /^(left|right)$/.test(words[1] ?? "");
  const [first = "0", second = "center"] = upright ? [words[1] ?? "center", words[0]] : words;
  const x = parseLength(sides.get(first) ?? first, port.width, rootFontSize);
  const y = parseLength(sides.get(second) ?? second, port.height, rootFontSize);
  return x === undefined || y === undefined ? undefined : { x, y };
}

const sides = new Map([
  ["left", "0"],
  ["top", "0"],
  ["center", "50%"],
  ["right", "100%"],
  ["bottom", "100%"],
]);

/** Numbers up to the closing parenthesis; the units `px` and `deg`, which CSS writes, are passed over. */
function readArguments(reader: NumberReader): number[] | undefined {
  const numbers: number[] = [];
  reader.skipSpace();
  while (reader.text.charCodeAt(reader.position) !== 41) {
    if (numbers.length === 6 || !reader.number()) return undefined;
    numbers.push(reader.value * unitAt(reader));
    reader.skipComma();
  }
  reader.position++;
  return numbers;
}

function unitAt(reader: NumberReader): number {
  const units: [string, number][] = [
    ["px", 1],
    ["deg", 1],
    ["grad", 0.9],
    ["rad", 1 / degree],
    ["turn", 360],
  ];
  for (const [unit, factor] of units) {
    if (reader.text.startsWith(unit, reader.position)) {
      reader.position += unit.length;
      return factor;
    }
  }
  return 1;
}

function functionMatrix(name: string, numbers: readonly number[]): Matrix | undefined {
  const count = numbers.length;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
  switch (name) {
    case "matrix":
      return count === 6 ? { a, b, c, d, e, f } : undefined;
    case "translate":
      return count === 1 || count === 2 ? translation(a, b) : undefined;
    case "translateX":
      return count === 1 ? translation(a, 0) : undefined;
    case "translateY":
      return count === 1 ? translation(0, a) : undefined;
    case "scale":
      return count === 1 ? scaling(a, a) : count === 2 ? scaling(a, b) : undefined;
    case "scaleX":
      return count === 1 ? scaling(a, 1) : undefined;
    case "scaleY":
      return count === 1 ? scaling(1, a) : undefined;
    case "rotate":
      if (count === 1) return rotation(a);
      if (count !== 3) return undefined;
      return multiply(multiply(translation(b, c), rotation(a)), translation(-b, -c));
    case "skewX":
      return count === 1 ? { ...identity, c: Math.tan(a * degree) } : undefined;
    case "skewY":
      return count === 1 ? { ...identity, b: Math.tan(a * degree) } : undefined;
    default:
      return undefined;
  }
}

/** Quarter turns are exact. */
function rotation(angle: number): Matrix {
  const turned = ((angle % 360) + 360) % 360;
  const quarter = turned % 90 === 0 ? turned / 90 : -1;
  const cos = quarter < 0 ? Math.cos(angle * degree) : [1, 0, -1, 0][quarter]!;
  const sin = quarter < 0 ? Math.sin(angle * degree) : [0, 1, 0, -1][quarter]!;
  return { a: cos, b: sin, c: sin === 0 ? 0 : -sin, d: cos, e: 0, f: 0 };
}
