/** CSS colours (CSS Color 4). Hexadecimal and named ones are read here, the functions by culori. */
import {
  type Color,
  colorsNamed,
  converter,
  modeA98,
  modeHsl,
  modeHwb,
  modeLab,
  modeLch,
  modeLrgb,
  modeOklab,
  modeOklch,
  modeP3,
  modeProphoto,
  modeRec2020,
  modeRgb,
  modeXyz50,
  modeXyz65,
  parse,
  useMode,
} from "culori/fn";

/** A colour as written: 0xRRGGBB, and 0 to 1 for how opaque it is. */
export interface StyleColor {
  readonly rgb: number;
  readonly alpha: number;
}

for (const mode of [
  modeA98,
  modeHsl,
  modeHwb,
  modeLab,
  modeLch,
  modeLrgb,
  modeOklab,
  modeOklch,
  modeP3,
  modeProphoto,
  modeRec2020,
  modeRgb,
  modeXyz50,
  modeXyz65,
]) {
  useMode(mode as typeof modeRgb);
}

const toRgb = converter("rgb");
const named = new Map(Object.entries(colorsNamed as Record<string, number>));
/** Colours that functions gave, as programs write the same ones again and again. */
const functions = new Map<string, StyleColor | undefined>();
const mostFunctions = 1024;
const longestFunction = 128;

/** The colour of a value without white space around it; undefined where it is none. */
export function parseColor(value: string): StyleColor | undefined {
  if (value.charCodeAt(0) === 35) return parseHex(value);
  const open = value.indexOf("(");
  if (open >= 0) return parseFunction(value.toLowerCase());
  const lower = value.toLowerCase();
  if (lower === "transparent") return { rgb: 0, alpha: 0 };
  const rgb = named.get(lower);
  return rgb === undefined ? undefined : { rgb, alpha: 1 };
}

function parseHex(value: string): StyleColor | undefined {
  let digits = 0;
  for (let i = 1; i < value.length; i++) {
    const digit = hexDigit(value.charCodeAt(i));
    if (digit < 0 || i > 8) return undefined;
    digits = digits * 16 + digit;
  }
  switch (value.length) {
    case 4:
      return { rgb: widen(digits), alpha: 1 };
    case 5:
      return { rgb: widen(digits >> 4), alpha: (digits & 15) / 15 };
    case 7:
      return { rgb: digits, alpha: 1 };
    case 9:
      return { rgb: Math.floor(digits / 256), alpha: (digits % 256) / 255 };
    default:
      return undefined;
  }
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const letter = c | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function widen(digits: number): number {
  return ((digits >> 8) & 15) * 0x110000 + ((digits >> 4) & 15) * 0x1100 + (digits & 15) * 0x11;
}

function parseFunction(value: string): StyleColor | undefined {
  if (value.length > longestFunction) return undefined;
  if (functions.has(value)) return functions.get(value);
  if (functions.size >= mostFunctions) functions.clear();
  const color = convert(value);
  functions.set(value, color);
  return color;
}

function convert(value: string): StyleColor | undefined {
  const parsed = parseOrNothing(value);
  if (parsed === undefined) return undefined;
  const { r, g, b, alpha = 1 } = toRgb(parsed);
  const channel = (part: number) => Math.round(Math.min(Math.max(part || 0, 0), 1) * 255);
  return {
    rgb: channel(r) * 0x10000 + channel(g) * 0x100 + channel(b),
    alpha: Math.min(Math.max(alpha, 0), 1),
  };
}

function parseOrNothing(value: string): Color | undefined {
  try {
    return parse(value);
  } catch (error) {
    // culori reads beyond the end of a function that is cut short.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
