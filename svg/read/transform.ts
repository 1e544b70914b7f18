/** The `transform` attribute, whose numbers have no units. */
import { identity, type Matrix, multiply, scaling, translation } from "./matrix.ts";
import { NumberReader } from "./number-reader.ts";

export const degree = Math.PI / 180;

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

/** Numbers up to the closing parenthesis. */
function readArguments(reader: NumberReader): number[] | undefined {
  const numbers: number[] = [];
  reader.skipSpace();
  while (reader.text.charCodeAt(reader.position) !== 41) {
    if (numbers.length === 6 || !reader.number()) return undefined;
    numbers.push(reader.value);
    reader.skipComma();
  }
  reader.position++;
  return numbers;
}

function functionMatrix(name: string, numbers: readonly number[]): Matrix | undefined {
  const count = numbers.length;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
  switch (name) {
    case "matrix":
      return count === 6 ? { a, b, c, d, e, f } : undefined;
    case "translate":
      return count === 1 || count === 2 ? translation(a, b) : undefined;
    case "scale":
      return count === 1 ? scaling(a, a) : count === 2 ? scaling(a, b) : undefined;
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

/** By degrees; quarter turns are exact. */
export function rotation(angle: number): Matrix {
  const turned = ((angle % 360) + 360) % 360;
  const quarter = turned % 90 === 0 ? turned / 90 : -1;
  const cos = quarter < 0 ? Math.cos(angle * degree) : [1, 0, -1, 0][quarter]!;
  const sin = quarter < 0 ? Math.sin(angle * degree) : [0, 1, 0, -1][quarter]!;
  return { a: cos, b: sin, c: sin === 0 ? 0 : -sin, d: cos, e: 0, f: 0 };
}
