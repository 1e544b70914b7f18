/** CSS lengths in user units, which are pixels of 1/96 inch. */
import { maxLengthText } from "../limits.ts";
import { parseMath, type Quantity } from "./math.ts";
import { NumberReader } from "./number-reader.ts";

const pixels: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  pt: 96 / 72,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
};

/** What units of fonts and of the screen are, in user units. */
export interface LengthUnits {
  /** The element's font size; ex and ch are taken for half of it, lh for 1.2 of it. */
  readonly em: number;
  /** The root's font size. */
  readonly rem: number;
  /** Size of the outermost viewport. */
  readonly viewport: { readonly width: number; readonly height: number };
}

export const initialUnits: LengthUnits = { em: 16, rem: 16, viewport: { width: 300, height: 150 } };

const reader = new NumberReader();

/**
 * @param percent what 100 % is
 * @param unitless whether a number other than 0 needs no unit
 * @returns undefined where the value is no length
 */
export function parseLength(
  value: string,
  percent: number,
  units: LengthUnits,
  unitless = true,
): number | undefined {
  if (value.length > maxLengthText) return undefined;
  reader.reset(value);
  reader.skipSpace();
  if (!reader.number()) return mathLength(value, percent, units, unitless);
  const { position } = reader;
  const number = reader.value;
  const unit = position === value.length ? "" : value.slice(position).trimEnd().toLowerCase();
  if (unit === "" && !unitless && number !== 0) return undefined;
  return lengthOf(number, unit, percent, units);
}

function mathLength(
  value: string,
  percent: number,
  units: LengthUnits,
  unitless: boolean,
): number | undefined {
  if (!value.includes("(")) return undefined;
  const result = parseMath(value, (number, unit): Quantity | undefined => {
    if (unit === "") return { value: number, dimension: "number" };
    const length = lengthOf(number, unit, percent, units);
    return length === undefined ? undefined : { value: length, dimension: "length" };
  });
  if (result === undefined || result.dimension === "angle") return undefined;
  return result.dimension === "length" || unitless ? result.value : undefined;
}

/** @param unit in lower case */
export function lengthOf(
  value: number,
  unit: string,
  percent: number,
  units: LengthUnits,
): number | undefined {
  if (unit === "%") return (value / 100) * percent;
  const scale = Object.hasOwn(pixels, unit) ? pixels[unit] : relativeUnit(unit, units);
  return scale === undefined ? undefined : value * scale;
}

function relativeUnit(unit: string, { em, rem, viewport }: LengthUnits): number | undefined {
  switch (unit) {
    case "em":
    case "ic":
      return em;
    case "ex":
    case "ch":
      return em / 2;
    case "lh":
      return 1.2 * em;
    case "rem":
      return rem;
    case "vw":
      return viewport.width / 100;
    case "vh":
      return viewport.height / 100;
    case "vmin":
      return Math.min(viewport.width, viewport.height) / 100;
    case "vmax":
      return Math.max(viewport.width, viewport.height) / 100;
    default:
      return undefined;
  }
}

/** A number, or a percentage as its hundredth; undefined where the value is neither. */
export function parseFraction(value: string): number | undefined {
  reader.reset(value);
  reader.skipSpace();
  if (!reader.number()) return mathFraction(value);
  const unit = value.slice(reader.position).trimEnd();
  if (unit === "") return reader.value;
  return unit === "%" ? reader.value / 100 : undefined;
}

function mathFraction(value: string): number | undefined {
  if (value.length > maxLengthText || !value.includes("(")) return undefined;
  const result = parseMath(value, (number, unit): Quantity | undefined => {
    if (unit === "%") return { value: number / 100, dimension: "number" };
    return unit === "" ? { value: number, dimension: "number" } : undefined;
  });
  return result?.value;
}

/**
 * Numbers with white space or commas between them; undefined where anything else stands or there are
 * more than `most`.
 */
export function parseNumbers(value: string, most: number): number[] | undefined {
  const numbers: number[] = [];
  reader.reset(value);
  reader.skipSpace();
  while (!reader.atEnd) {
    if (numbers.length >= most || !reader.number()) return undefined;
    numbers.push(reader.value);
    reader.skipComma();
  }
  return numbers;
}
