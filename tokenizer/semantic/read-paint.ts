/** Reads a paint: none, a colour, or a gradient that is written out where it is used. */
import type { Color, CurrentColor, GradientStop, Paint } from "../../svg/index.ts";
import type { ItemReader, WordReader } from "./item-reader.ts";

const spreads = ["reflect", "repeat"] as const;
const hexColor = /^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/;

/** The words that follow the paint are the caller's. */
export function readPaint(
  items: ItemReader,
  name: "fill" | "stroke",
): { readonly paint: Paint | null; readonly words: WordReader } {
  const words = items.words(name);
  if (words.take("none")) return { paint: null, words };
  if (!words.take("gradient")) return { paint: readColor(words), words };
  return { paint: readGradient(items), words };
}

function readColor(words: WordReader): Color | CurrentColor {
  const word = words.text("a color");
  if (word === "currentColor") return { kind: "currentColor" };
  if (!hexColor.test(word)) return words.fail(`"${word}" is no color`);
  const digits = word.slice(1);
  const hex = digits.length === 6 ? digits : [...digits].map((digit) => digit + digit).join("");
  return { kind: "color", rgb: Number.parseInt(hex, 16) };
}

function readGradient(items: ItemReader): Paint {
  if (items.at("svg_linearGradient")) {
    items.expectEmpty("svg_linearGradient");
    const [x1, y1, x2] = [items.number("x1"), items.number("y1"), items.number("x2")];
    const last = items.words("y2");
    return { kind: "linearGradient", x1, y1, x2, y2: last.number(), ...readRamp(items, last) };
  }
  items.expectEmpty("svg_radialGradient");
  const [cx, cy] = [items.number("cx"), items.number("cy")];
  const circle = items.at("r");
  let last = items.words(circle ? "r" : "gradientTransform");
  const r = circle ? last.number() : 0;
  const [ax, ay, bx, by] = circle
    ? [cx + r, cy, cx, cy + r]
    : [last.number(), last.number(), last.number(), last.number()];
  let [fx, fy] = [cx, cy];
  if (items.at("fx")) {
    last.end();
    fx = items.number("fx");
    last = items.words("fy");
    fy = last.number();
  }
  const ramp = readRamp(items, last);
  return { kind: "radialGradient", cx, cy, ax, ay, bx, by, fx, fy, ...ramp };
}

/** @param words the rest of what stands behind the gradient's last token. */
function readRamp(items: ItemReader, words: WordReader) {
  const spread = words.take("spread") ? words.choice(spreads) : "pad";
  words.end();
  const stops: GradientStop[] = [];
  let least = 0;
  while (items.at("svg_stop")) {
    items.expectEmpty("svg_stop");
    const of = items.words("offset");
    // An offset below the one before counts as that (SVG 2, section 14.2.4).
    least = Math.max(least, of.share());
    const color = readColor(of);
    stops.push({ offset: least, color, opacity: of.take("opacity") ? of.share() : 100 });
    of.end();
  }
  return { spread, stops } as const;
}
