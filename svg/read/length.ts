/** CSS lengths in user units, which are pixels of 1/96 inch. */
import { maxLengthText } from "../limits.ts";
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

/** The root's font size, which `rem` refers to. */
export const rootFontSize = 16;

const reader = new NumberReader();

/**
 * @param percent what 100 % is
 * @param fontSize what 1 em is; ex and ch are taken for half of it
 * @returns undefined where the value is no length
 */
export function parseLength(value: string, percent: number, fontSize: number): number | undefined {
  if (value.length > maxLengthText) return undefined;
  reader.reset(value);
  reader.skipSpace();
  if (!reader.number()) return undefined;
  const { position } = reader;
  if (position === value.length) return reader.value;
  const unit = value.slice(position).trimEnd().toLowerCase();
  if (unit === "%") return (reader.value / 100) * percent;
  const scale = Object.hasOwn(pixels, unit) ? pixels[unit]! : fontScale(unit, fontSize);
  return scale === undefined ? undefined : reader.value * scale;
}

function fontScale(unit: string, fontSize: number): number | undefined {
  switch (unit) {
    case "em":
      return fontSize;
    case "ex":
    case "ch":
      return fontSize / 2;
    case "rem":
      return rootFontSize;
    default:
      return undefined;
  }
}

/** A number, or a percentage as its hundredth; undefined where the value is neither. */
export function parseFraction(value: string): number | undefined {
  reader.reset(value);
  reader.skipSpace();
  if (!reader.number()) return undefined;
  const unit = value.slice(reader.position).trimEnd();
  if (unit === "") return reader.value;
  return unit === "%" ? reader.value / 100 : undefined;
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
